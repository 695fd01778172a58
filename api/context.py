"""What routes of both sides are given."""

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

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
Cursor = Annotated[int, Query(ge=0, le=2**31)]  # what a database can skip
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
