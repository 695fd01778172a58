"""The language models that the settings name, with their prices and budgets."""

from decimal import Decimal

from agent.models import Pace, Writer
from agent.models.account import Allowance
from agent.models.budget import Budget
from agent.models.hosted import hosted_writer
from agent.models.prices import MICROS, PRICES_FILE, Prices, PricesError, load_prices
from agent.models.providers import Providers
from agent.models.veiled import veiled
from escalation.settings import Provider, Settings, SettingsError
from knowledge.database import Database


def providers_over(
    settings: Settings, database: Database, *, backup: Writer, writer: Writer | None = None
) -> Providers:
    """The providers of the settings in their order, or `writer` alone. Raises `SettingsError` for a budget of money that
    could not be kept, because a model has no price.
    """
    prices = _prices(settings)
    writers = [writer] if writer else [writer_of(provider) for provider in settings.all_providers]
    in_money = settings.budget_conversation_money is not None or settings.budget_day_money is not None
    unpriced = sorted({p.model for p in settings.all_providers} - prices.models.keys())
    if in_money and unpriced:
        raise SettingsError(
            f"CANDOR_PRICES_FILE has no price of {', '.join(unpriced)}, so a budget of money could not be kept: add it, or "
            "set a budget of tokens"
        )
    budget = Budget(
        database,
        conversation=Allowance(
            settings.budget_conversation_tokens, _micros(settings.budget_conversation_money)
        ),
        day=Allowance(settings.budget_day_tokens, _micros(settings.budget_day_money)),
    )
    return Providers(writers, backup=backup, prices=prices, budget=budget)


def writer_of(provider: Provider) -> Writer:
    """A provider's writer, behind a veil unless the model is one's own."""
    writer = hosted_writer(
        provider.model,
        base_url=provider.base_url,
        api_key=provider.api_key.get_secret_value(),
        provider=provider.name,
        pace=Pace(provider.first_token_seconds, provider.gap_seconds, provider.tries),
        tools=provider.tools,
    )
    return writer if provider.sees_clear_text else veiled(writer)


def _prices(settings: Settings) -> Prices:
    try:
        return load_prices(settings.prices_file or PRICES_FILE)
    except PricesError as error:
        raise SettingsError(f"CANDOR_PRICES_FILE is wrong: {error}") from error


def _micros(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * MICROS)
