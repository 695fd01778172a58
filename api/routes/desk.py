"""The human side: sign-in, lists, cases, and what a person does with them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Header, HTTPException, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse

from agent.incoming import clean
from api.context import ClientId, Count, Cursor, DeskNewsNow, PartsNow
from api.desk_news import DESK_STREAM
from api.openapi import raises, streamed
from api.pace import by_address, keep_pace
from api.streams import last_event_id
from api.views.cases import CaseView, SummaryView, case_view, summary_view
from api.views.messages import DeskMessageView, desk_message_view
from api.views.people import AccountView, account_view
from api.views.shapes import Page
from api.views.turns import TurnView, turn_view
from escalation import thread
from escalation.assembly import Parts
from escalation.citing import MOST, Cited, numbered, passages_named
from escalation.finding import LONGEST, Filters, Whose
from escalation.lists import PAGE, View
from escalation.macros import refuse_open
from escalation.records import Reason, StaffAccount, Urgency
from escalation.staff import SESSION

router = APIRouter(prefix="/v1/desk", tags=["desk"])

COOKIE = "candor_desk"


class SignInRequest(BaseModel):
    """E-mail address and password of a staff account."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=320, examples=["aoife@example.com"])
    password: str = Field(max_length=1024, examples=["a long enough password"])


class ClaimRequest(BaseModel):
    """The epoch that the claimant saw."""

    model_config = ConfigDict(extra="forbid")
    epoch: Count = Field(ge=0, le=2**31)


class WriteRequest(BaseModel):
    """A reply or a note. `client_id` sent again is one message."""

    model_config = ConfigDict(extra="forbid")
    client_id: ClientId
    text: str = Field(examples=["I am looking into it."])


class CitedPassage(BaseModel):
    """A passage of a published version, by the hash that a search gave."""

    model_config = ConfigDict(extra="forbid")
    article: str = Field(max_length=200, examples=["returns"])
    version: Count = Field(ge=1, le=2**31)
    hash: str = Field(max_length=64, examples=["4be1c0ffee12"])


class ReplyRequest(WriteRequest):
    """`[1]` in the text is the first of the passages that it cites; `suggestion` is the draft that was put into it."""

    suggestion: UUID | None = Field(None, examples=[None])
    citations: list[CitedPassage] = Field([], max_length=MOST, examples=[[]])


class ResolveRequest(BaseModel):
    """What it came to, one of `GET /v1/desk/wrap-ups`, with a word for colleagues."""

    model_config = ConfigDict(extra="forbid")
    wrap_up: str | None = Field(None, max_length=60, examples=["refunded"])
    note: str = Field("", max_length=2000, examples=["The refund is on its way."])


class HandBackRequest(BaseModel):
    """What the AI should know when it takes over again."""

    model_config = ConfigDict(extra="forbid")
    note: str = Field("", max_length=2000, examples=["The refund is on its way."])


class DecisionRequest(BaseModel):
    """A yes or no to exactly what `digest` stands for; the note stays at the desk."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field(
        min_length=64,
        max_length=64,
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    note: str = Field("", max_length=2000, examples=["The refund is on its way."])


def noted(note: str) -> str:
    return clean(note) if note.strip() else ""


async def account_now(
    parts: PartsNow, request: Request, candor_desk: Annotated[str | None, Cookie()] = None
) -> StaffAccount:
    """Who is signed in. 401 otherwise."""
    account = await parts.staff.who(candor_desk) if candor_desk else None
    if account is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Sign in first.")
    await keep_pace(request, "requests", f"staff {account.id}")
    return account


async def from_the_console(x_candor_desk: Annotated[str | None, Header()] = None) -> None:
    """Refuse unsafe calls that a foreign page could have sent: it cannot set this header."""
    if x_candor_desk != "1":
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Send the header X-Candor-Desk: 1.")


AccountNow = Annotated[StaffAccount, Depends(account_now)]
unsafe = [Depends(from_the_console)]
signed_in = [Depends(account_now)]


@router.post("/sign-in", dependencies=[*unsafe, Depends(by_address("sign-ins"))], responses=raises(401))
async def sign_in(body: SignInRequest, parts: PartsNow, request: Request, response: Response) -> AccountView:
    """Sign in; the session is a cookie that scripts cannot read."""
    signed_in = await parts.staff.sign_in(body.email, body.password)
    if signed_in is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "The e-mail address or the password is wrong.")
    account, token = signed_in
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/v1",
    )
    return account_view(account)


@router.post("/sign-out", dependencies=unsafe, status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(
    parts: PartsNow, response: Response, candor_desk: Annotated[str | None, Cookie()] = None
) -> None:
    """End the session. What the person holds goes back to its queues."""
    if candor_desk:
        if account := await parts.staff.who(candor_desk):
            await parts.presence.leave(account)
        await parts.staff.sign_out(candor_desk)
    response.delete_cookie(COOKIE, path="/v1")


@router.get("/me")
async def me(account: AccountNow) -> AccountView:
    """Who is signed in."""
    return account_view(account)


async def filters_now(
    *,
    queue: Annotated[str | None, Query(max_length=60)] = None,
    reason: Annotated[Reason | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
    language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}$")] = None,
    whose: Annotated[Whose | None, Query()] = None,
    at_risk: Annotated[bool, Query()] = False,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Filters:
    """What a list is narrowed to; `q` is looked for in case number, name, e-mail and words of messages."""
    return Filters(queue, reason, urgency, language, whose, at_risk=at_risk, words=q)


FiltersNow = Annotated[Filters, Depends(filters_now)]


@router.get("/conversations", responses=raises(403))
async def list_cases(
    account: AccountNow,
    parts: PartsNow,
    filters: FiltersNow,
    view: View = View.WAITING,
    cursor: Cursor = 0,
) -> Page[SummaryView]:
    """A list of the console, narrowed to what the filters let through."""
    rows = await parts.cases.list(account, view, filters, offset=cursor)
    return {
        "items": [summary_view(row) for row in rows],
        "next": cursor + PAGE if len(rows) == PAGE else None,
    }


@router.get("/conversations/{conversation_id}")
async def show_case(conversation_id: UUID, account: AccountNow, parts: PartsNow) -> CaseView:
    """A conversation with its briefing."""
    case = await parts.cases.case(conversation_id)
    async with parts.database.reading() as session:
        return await case_view(session, case, account)


@router.get("/messages/{message_id}/turn", dependencies=signed_in)
async def show_turn(message_id: UUID, parts: PartsNow) -> TurnView:
    """Why the AI said this: what it searched, looked up, wrote with, and what was cut."""
    async with parts.database.reading() as session:
        return await turn_view(session, message_id)


@router.post("/approvals/{approval_id}/approve", dependencies=unsafe, responses=raises(409))
async def approve(approval_id: UUID, body: DecisionRequest, account: AccountNow, parts: PartsNow) -> CaseView:
    """Let the customer confirm exactly what was asked; 409 with what stands against it."""
    request = await parts.approving.approve(account, approval_id, digest=body.digest, note=noted(body.note))
    return await show_case(request.conversation_id, account, parts)


@router.post("/approvals/{approval_id}/refuse", dependencies=unsafe, responses=raises(409))
async def refuse(approval_id: UUID, body: DecisionRequest, account: AccountNow, parts: PartsNow) -> CaseView:
    """Say no to what was asked."""
    request = await parts.approving.refuse(account, approval_id, digest=body.digest, note=noted(body.note))
    return await show_case(request.conversation_id, account, parts)


@router.post("/conversations/{conversation_id}/claim", dependencies=unsafe, responses=raises(409))
async def claim(
    conversation_id: UUID, body: ClaimRequest, account: AccountNow, parts: PartsNow
) -> SummaryView:
    """Take the floor. 409 names the one who was first."""
    await parts.desk.claim(account, conversation_id, epoch=body.epoch)
    return summary_view(await parts.cases.summary(conversation_id))


@router.post(
    "/conversations/{conversation_id}/replies",
    dependencies=unsafe,
    status_code=status.HTTP_201_CREATED,
    responses=raises(409),
)
async def reply(
    conversation_id: UUID, body: ReplyRequest, account: AccountNow, parts: PartsNow
) -> DeskMessageView:
    """Speak to the customer. 422 for a passage that they cannot read, and for a placeholder that is left open."""
    text = clean(body.text)
    refuse_open(text)
    async with parts.database.reading() as session:
        verified = (await thread.find(session, conversation_id)).customer_id is not None
    named = [Cited(**one.model_dump()) for one in body.citations]
    text, citations = numbered(text, await passages_named(parts.knowledge, named, verified=verified))
    message = await parts.desk.reply(
        account,
        conversation_id,
        client_id=body.client_id,
        text=text,
        citations=citations,
        suggestion=body.suggestion,
    )
    async with parts.database.reading() as session:
        return await desk_message_view(session, message, None)


@router.post(
    "/conversations/{conversation_id}/notes",
    dependencies=unsafe,
    status_code=status.HTTP_201_CREATED,
    responses=raises(409),
)
async def note(
    conversation_id: UUID, body: WriteRequest, account: AccountNow, parts: PartsNow
) -> DeskMessageView:
    """Leave an internal note. Whom it names (`@Aoife`) finds it among their mentions."""
    message = await parts.notes.leave(
        account, conversation_id, client_id=body.client_id, text=clean(body.text)
    )
    async with parts.database.reading() as session:
        return await desk_message_view(session, message, None)


@router.post("/conversations/{conversation_id}/hand-back", dependencies=unsafe, responses=raises(409))
async def hand_back(
    conversation_id: UUID, body: HandBackRequest, account: AccountNow, parts: PartsNow
) -> SummaryView:
    """Give the floor back to the AI, with a note."""
    await parts.desk.hand_back(account, conversation_id, note=noted(body.note))
    return await _released(parts, conversation_id)


@router.post("/conversations/{conversation_id}/resolve", dependencies=unsafe, responses=raises(409))
async def resolve(
    conversation_id: UUID, account: AccountNow, parts: PartsNow, body: ResolveRequest | None = None
) -> SummaryView:
    """Close the matter, with what it came to."""
    wrap_up, note = (body.wrap_up, noted(body.note)) if body else (None, "")
    await parts.desk.resolve(account, conversation_id, wrap_up=wrap_up, note=note)
    return await _released(parts, conversation_id)


@router.get(
    "/events", dependencies=signed_in, response_class=EventSourceResponse, responses=streamed(DESK_STREAM)
)
async def follow_desk(news: DeskNewsNow, request: Request) -> EventSourceResponse:
    """Every conversation's news; resumes from `Last-Event-ID`."""
    return news.stream(last_event_id(request))


async def _released(parts: Parts, conversation_id: UUID) -> SummaryView:
    """The AI has the floor again: it attends to what the customer wrote meanwhile."""
    parts.attendance.see_to(conversation_id)
    return summary_view(await parts.cases.summary(conversation_id))
