"""What the shapes of the HTTP interface are made of: ids, times, closed sets, lists."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field
from pydantic.fields import FieldInfo
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

T = TypeVar("T")

ID = "5f0c3a52-7d0e-4a57-9d5e-3f1f6c1b2a90"  # of examples
TIME = "2026-11-22T09:30:00+00:00"


def like(example: object, description: str | None = None) -> FieldInfo:
    """A field with an example, for the document; what a name does not say, the description does."""
    field: FieldInfo = Field(examples=[example], description=description)
    return field


def one_of(values: type[StrEnum], example: str | None = None) -> FieldInfo:
    """A field with a closed set of values."""
    field: FieldInfo = Field(
        json_schema_extra={"enum": [str(value) for value in values]},
        examples=[example or str(next(iter(values)))],
    )
    return field


Id = Annotated[str, Field(json_schema_extra={"format": "uuid"}, examples=[ID])]
Time = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=[TIME], description="ISO 8601, UTC")
]
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2027-03-31"])]
Html = Annotated[str, like("<p>You can return it within 30 days.</p>", "Rendered and cleaned by the server.")]
Email = Annotated[str, like("maeve@example.com")]
CaseNumber = Annotated[str, like("C-4F1A9C02")]
PersonName = Annotated[str, like("Aoife")]


class Items(TypedDict, Generic[T]):
    """A list that is short enough to come whole."""

    items: list[T]


class Page(TypedDict, Generic[T]):
    """A page of a list. `next` goes into `?cursor=`; null after the last page."""

    items: list[T]
    next: Annotated[int | None, like(20)]


class Reference(TypedDict):
    """A person of the desk."""

    id: Id
    name: PersonName


class ShownName(TypedDict):
    """Somebody by the name that is shown."""

    name: PersonName | None


class CitationView(TypedDict):
    """A passage of a published version that an answer rests on."""

    number: Annotated[int, like(1)]
    article: Annotated[str, like("returns")]
    version: Annotated[int, like(3)]
    title: Annotated[str, like("Returns and refunds")]
    heading: Annotated[str, like("How long you have")]
    quote: Annotated[str, like("You can return anything within 30 days of delivery.")]
    url: Annotated[str, like("/help/returns?v=3&p=4be1c0ffee12")]
    hash: Annotated[str, like("4be1c0ffee12")]


def in_iso(at: datetime | None) -> str | None:
    """A time of a record as it is sent."""
    return at.isoformat() if at else None
