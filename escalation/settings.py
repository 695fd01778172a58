"""Every setting, typed, read once from the environment and `.env` with the prefix `CANDOR_`."""

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from agent.models import ToolMode

MIN_KEY = 32  # characters of a secret that signs
RateLimit = Annotated[str, Field(pattern=r"^[1-9]\d{0,8}/(second|minute|hour|day)$")]


class SettingsError(ValueError):
    """A setting is wrong. The message names each one and says how to mend it."""


class Provider(BaseModel):
    """One endpoint of `CANDOR_PROVIDERS`. Times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    name: str = Field(min_length=1, max_length=60)  # in records and in /health; any word
    model: str = Field(min_length=1)
    api_key: SecretStr
    base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    first_token_seconds: float = Field(default=15, gt=0, le=600)
    gap_seconds: float = Field(default=10, gt=0, le=600)
    tries: int = Field(default=2, ge=1, le=5)
    tools: ToolMode = ToolMode.NATIVE
    sees_clear_text: bool = False  # only for a model on a machine of one's own


class Settings(BaseSettings):
    """What an operator may choose. Each description says why one would."""

    model_config = SettingsConfigDict(
        env_prefix="CANDOR_", env_file=".env", extra="ignore", frozen=True, protected_namespaces=()
    )

    host: str = Field("127.0.0.1", description="Address to listen on. 0.0.0.0 to be reached from elsewhere.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    data_dir: Path = Field(
        Path("var"), description="Folder for the database, vectors and the generated secret."
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the records, when they should not lie in data_dir.",
        pattern=r"^(sqlite|postgresql)(\+\w+)?://\S*$",
    )
    chroma_server: str | None = Field(
        None,
        description="host:port of a Chroma server. Needed as soon as more than one process serves.",
        pattern=r"^[^:/\s]+:\d{1,5}$",
    )
    shop_name: str = Field("Tarn & Thistle", description="On whose behalf the AI speaks.", min_length=1)
    tone: str = Field(
        "",
        description="How your brand speaks, in your own words for the language model: 'Warm and brief. First names. No emoji.' "
        "The offline model quotes articles and does not read it.",
        max_length=500,
    )
    triggers_file: FilePath | None = Field(
        None,
        description="Policy of when a conversation goes to a person. Unset: escalation/triggers.yaml. Try it first with "
        "`candor triggers replay`.",
    )
    routing_file: FilePath | None = Field(
        None,
        description="Queues, opening hours and promises of the desk. Unset: escalation/routing.yaml. Try it first with "
        "`candor routing simulate`.",
    )
    after_file: FilePath | None = Field(
        None,
        description="When customers are asked whether it is solved, and when silence counts. Unset: escalation/after/after.yaml.",
    )
    bands_file: FilePath | None = Field(
        None,
        description="From which figures the command centre raises an alert. Unset: escalation/centre/bands.yaml.",
    )
    wrap_up_file: FilePath | None = Field(
        None,
        description="What a conversation can have come to, for whoever resolves it. Unset: escalation/wrap_up.yaml.",
    )
    import_web: bool = Field(
        False,
        description="Let people at the console and the command line import web pages. Private addresses stay refused.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="Redis in which several processes count rate limits together, e.g. redis://10.0.0.5:6379/0. Unset: each "
        "process counts for itself.",
    )
    rate_messages: RateLimit = Field(
        "60/minute", description="Most messages of one customer or visitor; a person writes fewer."
    )
    rate_attachments: RateLimit = Field(
        "30/minute", description="Most files put up by one customer, or by visitors of one address."
    )
    attachment_mb: int = Field(
        5,
        ge=1,
        le=20,
        description="Largest image or PDF that a customer may send, in MB. Phones make photos of 2 to 6.",
    )
    rate_requests: RateLimit = Field(
        "1200/minute",
        description="Most calls of one customer, visitor or person of the desk. Never of asking for a person.",
    )
    rate_sessions: RateLimit = Field("300/minute", description="Most sessions opened from one address.")
    rate_sign_ins: RateLimit = Field(
        "20/minute", description="Most tries to sign in at the desk from one address."
    )
    webhooks_to_private: bool = Field(
        False,
        description="Let webhooks go to addresses of your own network, and over http. Unset: public https addresses alone.",
    )
    runs_dir: Path | None = Field(
        None,
        description="Folder of the runs that the console's QA page shows. Unset: `runs` in data_dir.",
    )
    eval_cases: tuple[FilePath, ...] = Field(
        (),
        description="Case files (JSON lines with id, question, article) that a new version of an article may concern.",
    )
    shop_url: str | None = Field(
        None,
        description="Where your own shop answers, as docs/shops.md says. Unset: the demo shop.",
        pattern=r"^https?://[^\s?#@/]+[^\s?#@]*$",
    )
    shop_secret: SecretStr | None = Field(
        None, min_length=32, description="Shared with your shop's backend; signs what Candor asks of it."
    )
    shopify_domain: str | None = Field(
        None,
        description="The store's own address at Shopify, such as tarn.myshopify.com. Unset: the demo shop.",
        pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$",
    )
    shopify_client_id: str | None = Field(
        None,
        description="Client ID of the app that you made for Candor in Shopify's Dev Dashboard.",
        min_length=1,
    )
    shopify_client_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="The secret of that app. Candor fetches its tokens, which last a day, with it.",
    )
    shopify_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="In place of both: the Admin API access token of an app made in the store's admin before 2026.",
    )
    stripe_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Stripe key, best a restricted one: refunds of your own shop (CANDOR_SHOP_URL) then go through Stripe.",
    )
    demo: bool = Field(True, description="Serve the demo shop page and seed its shop and help centre.")

    model: Literal["offline", "openai"] = Field(
        "offline", description="Who writes answers: the offline model, or an OpenAI-compatible endpoint."
    )
    model_name: str | None = Field(None, description="Name of the model at the endpoint.", min_length=1)
    model_base_url: str | None = Field(
        None,
        description="Endpoint, e.g. http://127.0.0.1:8000/v1. Unset: OpenAI's own.",
        pattern=r"^https?://\S+$",
    )
    model_api_key: SecretStr | None = Field(None, description="Key for the endpoint.")
    model_sees_clear_text: bool = Field(
        False,
        description="For a model on a machine of your own: send e-mail addresses, names, addresses and order numbers as "
        "they are. Otherwise tokens stand in their place.",
    )
    providers: tuple[Provider, ...] = Field(
        (),
        description="Endpoints to ask one after the other, as a JSON list (docs/hosted-model.md). What CANDOR_MODEL_NAME names "
        "comes before them.",
    )
    briefing_by_model: bool = Field(
        True,
        description="At a handoff let the language model write the first line and the next step of the briefing: one call of a "
        "thousand tokens or two, within the budgets. Off: code alone writes them.",
    )
    model_seconds: float = Field(
        30, gt=0, le=600, description="After this long without a complete reply the offline model takes over."
    )
    turn_rounds: int = Field(6, ge=1, le=20, description="Most model calls of one provider in one turn.")
    prices_file: FilePath | None = Field(
        None, description="What tokens cost, where the shipped list prices are not yours."
    )
    budget_conversation_tokens: int | None = Field(
        None, ge=0, description="Tokens that a conversation may use; then the offline model answers in it."
    )
    budget_conversation_money: Decimal | None = Field(
        None, ge=0, description="The same in the price table's currency, such as 0.25."
    )
    budget_day_tokens: int | None = Field(
        None, ge=0, description="Tokens that all conversations may use in a day (UTC)."
    )
    budget_day_money: Decimal | None = Field(
        None, ge=0, description="The same in the price table's currency, such as 20."
    )

    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs sessions. Unset: one is made in data_dir. Set it when several machines serve.",
    )
    identity_secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Shared with the shop's backend, which signs customers' identity tokens with it (docs/identity.md). Several with "
        "commas between them are all good, so that one can be changed without a break; `name:secret` gives one the name that "
        "tokens may carry as their kid.",
    )
    identity_audience: str = Field(
        "identity", description="What identity tokens carry as their aud.", min_length=1, max_length=255
    )
    identity_issuer: str | None = Field(
        None,
        description="What they must carry as their iss. Unset: anything. Set it where several shops share a secret.",
        min_length=1,
        max_length=255,
    )
    identity_hash: bool = Field(
        False,
        description="Also accept user_hash, the HMAC-SHA256 of the customer's id, as Intercom has it. Weaker: it never runs out.",
    )
    shop_origins: tuple[str, ...] = Field(
        (),
        description='Origins of the shop\'s pages, as a JSON list such as ["https://shop.example"]: they alone may embed the chat '
        "(frame-ancestors) and call the customers' API from a browser (CORS). Unset: only Candor's own pages.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server for the codes by which customers prove who they are, such as smtps://user:password@mail.example or "
        "smtp://localhost. Unset: no such codes; the demo shop shows them in the log.",
    )
    mail_sender: str = Field(
        "", description="Sender of those mails, such as 'Tarn & Thistle <help@shop.example>'.", max_length=320
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the log tells.")

    @model_validator(mode="after")
    def _an_endpoint_needs_a_model_and_a_key(self) -> Self:
        if self.model == "offline":
            if self.providers:
                raise ValueError("model: CANDOR_PROVIDERS needs CANDOR_MODEL=openai")
            return self
        if self.model_name is None and not self.providers:
            raise ValueError("model_name: CANDOR_MODEL=openai needs CANDOR_MODEL_NAME, the model to ask for")
        if self.model_name is not None and self.model_api_key is None:
            raise ValueError(
                "model_api_key: CANDOR_MODEL=openai needs CANDOR_MODEL_API_KEY (any word, if your endpoint asks for none)"
            )
        names = [provider.name for provider in self.all_providers]
        if len(set(names)) < len(names):
            raise ValueError("providers: each entry of CANDOR_PROVIDERS needs a name of its own")
        return self

    @model_validator(mode="after")
    def _nobody_else_reads_along(self) -> Self:
        """LangChain sends every text of a model and a tool, in clear, to LangSmith where one of these is set (law 10)."""
        for name in (
            "LANGSMITH_TRACING",
            "LANGSMITH_TRACING_V2",
            "LANGCHAIN_TRACING",
            "LANGCHAIN_TRACING_V2",
        ):
            if os.environ.get(name, "").strip().lower() not in ("", "false", "0"):
                raise ValueError(
                    f"{name}: it would send what customers write to LangSmith, in clear; unset it for Candor"
                )
        return self

    @model_validator(mode="after")
    def _a_shop_needs_an_address_and_a_secret(self) -> Self:
        if self.shop_url is not None and self.shop_secret is None:
            raise ValueError("shop_secret: CANDOR_SHOP_URL needs CANDOR_SHOP_SECRET, which your shop checks")
        if self.shop_secret is not None and self.shop_url is None:
            raise ValueError("shop_url: CANDOR_SHOP_SECRET needs CANDOR_SHOP_URL, the shop to ask")
        return self

    @model_validator(mode="after")
    def _one_shop_with_all_that_it_needs(self) -> Self:
        app = (self.shopify_client_id, self.shopify_client_secret)
        if (app[0] is None) != (app[1] is None):
            missing = "shopify_client_secret" if app[1] is None else "shopify_client_id"
            raise ValueError(
                f"{missing}: CANDOR_SHOPIFY_CLIENT_ID and CANDOR_SHOPIFY_CLIENT_SECRET go together"
            )
        known = self.shopify_token is not None or app[0] is not None
        if self.shopify_domain is not None and not known:
            raise ValueError(
                "shopify_client_id: CANDOR_SHOPIFY_DOMAIN needs CANDOR_SHOPIFY_CLIENT_ID and CANDOR_SHOPIFY_CLIENT_SECRET, "
                "or CANDOR_SHOPIFY_TOKEN of an older app"
            )
        if known and self.shopify_domain is None:
            raise ValueError(
                "shopify_domain: the app at Shopify needs CANDOR_SHOPIFY_DOMAIN, the store that it is installed in"
            )
        if self.shopify_domain is not None and self.shop_url is not None:
            raise ValueError(
                "shop_url: there can be one shop; unset CANDOR_SHOP_URL or CANDOR_SHOPIFY_DOMAIN"
            )
        if self.stripe_key is not None and self.shop_url is None:
            raise ValueError(
                "shop_url: CANDOR_STRIPE_KEY needs CANDOR_SHOP_URL, whose refunds go through Stripe (Shopify sends its own)"
            )
        return self

    @model_validator(mode="after")
    def _mail_has_a_server_and_a_sender(self) -> Self:
        if self.smtp_url is None:
            return self
        if not re.fullmatch(r"smtps?://\S+", self.smtp_url.get_secret_value()):
            raise ValueError("smtp_url: CANDOR_SMTP_URL must begin with smtp:// or smtps://")
        if "@" not in self.mail_sender or any(c in self.mail_sender for c in "\r\n"):
            raise ValueError(
                "mail_sender: CANDOR_SMTP_URL needs CANDOR_MAIL_SENDER, the address that mails come from"
            )
        return self

    @model_validator(mode="after")
    def _origins_are_origins(self) -> Self:
        for origin in self.shop_origins:
            if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(
                    "shop_origins: each entry of CANDOR_SHOP_ORIGINS must be an origin in small letters, such as "
                    "https://shop.example: no path, no slash at the end, no *"
                )
        return self

    @model_validator(mode="after")
    def _keys_are_long_enough(self) -> Self:
        if any(len(secret) < MIN_KEY for _, secret in self.identity_keys):
            raise ValueError(
                f"identity_secret: each secret of CANDOR_IDENTITY_SECRET needs {MIN_KEY} characters or more"
            )
        names = [name for name, _ in self.identity_keys if name]
        if len(set(names)) < len(names):
            raise ValueError(
                "identity_secret: each secret of CANDOR_IDENTITY_SECRET needs a name of its own, or none"
            )
        return self

    @property
    def identity_keys(self) -> tuple[tuple[str | None, str], ...]:
        """The shared secrets, each with its name if it has one."""
        given = self.identity_secret.get_secret_value() if self.identity_secret else ""
        entries = (part.strip() for part in given.split(","))
        return tuple(_named(entry) for entry in entries if entry)

    @property
    def all_providers(self) -> tuple[Provider, ...]:
        """The endpoints in their order; none with the offline model."""
        if self.model == "offline":
            return ()
        if self.model_name is None or self.model_api_key is None:
            return self.providers
        first = Provider(
            name=self.model_name,
            model=self.model_name,
            base_url=self.model_base_url,
            api_key=self.model_api_key,
            sees_clear_text=self.model_sees_clear_text,
        )
        return (first, *self.providers)

    @property
    def runs_folder(self) -> Path:
        """Where runs of evaluations lie."""
        return self.runs_dir or self.data_dir / "runs"

    @property
    def attachment_bytes(self) -> int:
        """Bytes of the largest file of a customer."""
        return self.attachment_mb * 1024 * 1024

    @property
    def records_url(self) -> str:
        """SQLAlchemy URL of the records."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'candor.db'}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment. Raises `SettingsError` that names every wrong one and the mend."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(dict(problem)) for problem in error.errors())) from error
    except UnreadableError as error:
        # A list that is no JSON. The library's message names the field, not what stands in it.
        raise SettingsError(f"{error}. Lists are written as JSON.") from error


def _named(entry: str) -> tuple[str | None, str]:
    name, colon, secret = entry.partition(":")
    return (name, secret) if colon and re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name) else (None, entry)


def _explain(problem: dict[str, object]) -> str:
    path = problem["loc"]
    field = str(path[0]) if isinstance(path, tuple) and path else None
    if field is None or field not in Settings.model_fields:
        return str(problem["msg"]).removeprefix("Value error, ")
    why = Settings.model_fields[field].description
    # The value itself is not repeated: it may be a key.
    return f"CANDOR_{field.upper()} is wrong: {problem['msg']}. It means: {why}"
