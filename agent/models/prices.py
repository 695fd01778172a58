"""What tokens cost, read from a table (`prices.yaml`).

Amounts are integers in millionths of the table's currency. A price of so many dollars per million tokens is that many
millionths per token, so nothing is lost on the way.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.models.tokens import Used
from knowledge import yaml_files

PRICES_FILE = Path(__file__).with_name("prices.yaml")
MICROS = 1_000_000


class PricesError(ValueError):
    """The price table cannot be read. The message says what is wrong with it."""


class Price(BaseModel):
    """Of one model, per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal = Field(ge=0)
    cached: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


@dataclass(frozen=True)
class Prices:
    """Prices by model name, all in one currency."""

    currency: str
    models: dict[str, Price]

    def cost(self, model: str, used: Used) -> int | None:
        """Millionths of `currency`, rounded up; None if the model has no price here."""
        price = self.models.get(model)
        if price is None:
            return None
        fresh = used.input - used.cached
        exact = fresh * price.input + used.cached * price.cached + used.output * price.output
        return int(exact.to_integral_value(ROUND_CEILING))


def load_prices(file: Path = PRICES_FILE) -> Prices:
    """The table in `file`. Raises `PricesError`."""
    try:
        told = yaml_files.load(file.read_text("utf-8"))
        currency = TypeAdapter(str).validate_python(told["currency"])
        # Written as text, 0.1 is exactly a tenth.
        models = {
            str(name): {kind: str(amount) for kind, amount in row.items()}
            for name, row in told["models"].items()
        }
        return Prices(currency, TypeAdapter(dict[str, Price]).validate_python(models))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, yaml.YAMLError) as error:
        why = str(error) if isinstance(error, ValidationError) else f"{type(error).__name__} {error}"
        raise PricesError(f"{file.name} is not a table of prices: {why}") from error
