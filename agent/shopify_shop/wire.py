"""Between Shopify's JSON and Python: ids, amounts, times, pages, and one way to read an answer in a shape."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from agent.errors import ShopUnavailable
from agent.money import Money, digits_of

T = TypeVar("T")
S = TypeVar("S", bound="Shape")
_GID = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,20})")


class Shape(BaseModel):
    """What all shapes share: Shopify's names in our spelling, nothing coerced, the rest ignored."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore", strict=True)


class Page(Shape, Generic[T]):
    """A page of a list."""

    class Info(Shape):
        """Where the next page begins."""

        has_next_page: bool
        end_cursor: str | None

    nodes: tuple[T, ...] = Field(strict=False)
    page_info: Info

    def after(self, before: str | None) -> str | None:
        """Where the next page begins; None after the last. Raises `ShopUnavailable` where it would not end."""
        if not self.page_info.has_next_page:
            return None
        if self.page_info.end_cursor in (None, before):
            raise ShopUnavailable("A list of Shopify's does not end.")
        return self.page_info.end_cursor

    def whole(self, what: str) -> tuple[T, ...]:
        """All there is. Raises `ShopUnavailable` if there is more: a person looks at an order that long."""
        if self.page_info.has_next_page:
            raise ShopUnavailable(f"An order has more {what} than are read.")
        return self.nodes


def number_of(gid: str) -> str:
    """The number in a global id, by which storefronts and their pages know it. Raises `ShopUnavailable`."""
    match = _GID.fullmatch(gid)
    if match is None:
        raise ShopUnavailable("Shopify named something by an id that is not understood.")
    return match[1]


def gid(kind: str, number: str) -> str | None:
    """The global id of a number; None for what is no number, so that nothing else can be asked for."""
    return f"gid://shopify/{kind}/{number}" if re.fullmatch(r"[1-9][0-9]{0,19}", number, re.ASCII) else None


def money(amount: str, currency: str) -> Money:
    """An amount as Shopify writes it, in minor units: "12.5", and "1000.0" also where there is none. Raises ValueError."""
    try:
        minor = Decimal(amount).scaleb(digits_of(currency))
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError("not a whole number of minor units")
    return Money(int(minor), currency)


def decimal(amount: Money) -> str:
    """How Shopify wants an amount: "12.95"."""
    return str(Decimal(amount.amount).scaleb(-digits_of(amount.currency)))


def _presented(bag: Any) -> Any:
    """A MoneyBag in the customer's currency, in which an order is paid and refunded."""
    if not isinstance(bag, dict) or not isinstance(bag.get("presentmentMoney"), dict):
        raise ValueError("not an amount of money")  # noqa: TRY004 - pydantic turns ValueError into its own
    told = bag["presentmentMoney"]
    if not isinstance(told.get("amount"), str) or not isinstance(told.get("currencyCode"), str):
        raise ValueError("not an amount of money")  # noqa: TRY004 - as above
    return money(told["amount"], told["currencyCode"])


Amount = Annotated[Money, BeforeValidator(_presented)]
When = Annotated[AwareDatetime, Field(strict=False)]
Nodes = Annotated[tuple[T, ...], Field(strict=False)]


def read(shape: type[S], value: Any, what: str) -> S:
    """An answer in its shape. Raises `ShopUnavailable`, which says where it is wrong and never what stood there."""
    return _checked(TypeAdapter(shape), value, what)


def read_page(shape: type[S], value: Any, what: str) -> Page[S]:
    """A page of such. Raises like `read`."""
    return _checked(TypeAdapter(Page[shape]), value, what)  # type: ignore[valid-type]


def _checked(adapter: TypeAdapter[T], value: Any, what: str) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the top"
        # Pydantic's error holds the whole answer, so it is not chained.
        raise ShopUnavailable(
            f"Shopify's answer to {what} is not understood: {first['type']} at {place}."
        ) from None
