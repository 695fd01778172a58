"""Whether a plan fits a product: does what it names exist there, and is B another than A?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import func, select

from escalation.experiments.plan import Change
from escalation.experiments.thresholds import WayError, sure_from, with_thresholds
from escalation.policy_files import PolicyError
from escalation.settings import Settings
from escalation.triggers import POLICY_FILE, Triggers
from knowledge.confidence import fitted
from knowledge.database import Database
from knowledge.records import Publication

OFFLINE = "offline"


@dataclass(frozen=True)
class Product:
    """What a plan is held against. `providers` are names in the order in which they are asked, the backup last."""

    tone: str
    providers: tuple[str, ...]
    triggers: Triggers
    publication: int


async def product_of(settings: Settings, database: Database) -> Product:
    """The product of these settings, as it is now. Raises `PolicyError`."""
    async with database.reading() as session:
        newest = (await session.exec(select(func.max(Publication.number)))).one()
    return Product(
        settings.tone,
        (*(provider.name for provider in settings.all_providers), OFFLINE),
        Triggers.load(settings.triggers_file or POLICY_FILE),
        newest or 0,
    )


def check_fits(where: str, change: Change, product: Product) -> None:
    """Raises `PolicyError` with a line for everything in the way; `where` is the file."""
    if faults := list(_faults(change, product)):
        raise PolicyError("\n".join(f"{where}: variants: B.{fault}." for fault in faults))


def _faults(change: Change, product: Product) -> Iterator[str]:
    for subject in change.subjects:
        if fault := _FAULTS[subject](change, product):
            yield fault


def _tone(change: Change, product: Product) -> str | None:
    if change.tone == product.tone:
        return "tone: it is what CANDOR_TONE says, so B is A; write another"
    if (change.model or product.providers[0]) == OFFLINE:
        return "tone: the offline model quotes articles and reads no tone; try it with a language model (CANDOR_MODEL)"
    return None


def _model(change: Change, product: Product) -> str | None:
    if change.model not in product.providers:
        return f"model: there is no provider {change.model!r}; there is: {', '.join(product.providers)} (CANDOR_PROVIDERS)"
    if change.model == product.providers[0]:
        return f"model: {change.model} answers already, so B is A; name another provider"
    return None


def _search(change: Change, _: Product) -> str | None:
    if change.search is not None and sure_from(change.search) == fitted():
        return "search: these thresholds are in use, so B is A; name others"
    return None


def _knowledge(change: Change, product: Product) -> str | None:
    number = change.knowledge.publication if change.knowledge else 0
    if number > product.publication:
        return f"knowledge.publication: there is no publication {number}; the newest is {product.publication}"
    if number == product.publication:
        return f"knowledge.publication: {number} is what is live, so B is A; name an earlier one"
    return None


def _triggers(change: Change, product: Product) -> str | None:
    try:
        same = with_thresholds(product.triggers, change).rules == product.triggers.rules
    except WayError as error:
        return str(error)
    return "triggers: these thresholds are in use, so B is A; name others" if same else None


_FAULTS: Mapping[str, Callable[[Change, Product], str | None]] = {
    "tone": _tone,
    "model": _model,
    "search": _search,
    "knowledge": _knowledge,
    "triggers": _triggers,
}
