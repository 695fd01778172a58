"""What routes of both sides are given."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Depends, Header, Query, Request
from pydantic import AwareDatetime, BeforeValidator, Field

from api.desk_news import DeskNews
from api.identity import Identity
from escalation.assembly import Parts


def parts_of(request: Request) -> Parts:
    """The parts that this application was made with."""
    parts: Parts = request.app.state.parts
    return parts


def identity_of(request: Request) -> Identity:
    """What reads and signs this application's tokens."""
    identity: Identity = request.app.state.identity
    return identity


def desk_news_of(request: Request) -> DeskNews:
    """What tells this application's consoles."""
    news: DeskNews = request.app.state.desk_news
    return news


PartsNow = Annotated[Parts, Depends(parts_of)]
IdentityNow = Annotated[Identity, Depends(identity_of)]
DeskNewsNow = Annotated[DeskNews, Depends(desk_news_of)]


def _as_text(value: object) -> object:
    """Times and days are written out: a bare number could be seconds, or milliseconds, or a mistake."""
    if value is not None and not isinstance(value, str):
        raise ValueError("write it as a text, such as 2026-11-22T09:30:00Z or 2026-11-22")
    return value


# What JSON says is taken at its word: no "1" for 1, no 0 for false.
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True)]
TimeInText = Annotated[AwareDatetime, BeforeValidator(_as_text)]
DayInText = Annotated[date, BeforeValidator(_as_text)]
Cursor = Annotated[int, Query(ge=0, le=2**31)]  # what a database can skip

# The sender's name for a request that makes something: sent again under it, it is the same thing.
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
_OF_KEYS = UUID("0b6fa0b5-6f4f-4b1e-9b7e-0a1b1f1c9a54")  # made once at random


def id_under(key: str | None, caller: str) -> UUID | None:
    """The id of what a caller makes under a key; none without a key."""
    return uuid5(_OF_KEYS, f"{caller}\n{key}") if key else None


ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", examples=["m-1"])]

# In which language somebody wants to be spoken to (ISO 639-1).
Language = Annotated[str | None, Field(pattern=r"^[a-z]{2}$", examples=["en"])]
