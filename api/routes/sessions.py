"""Who the customer is: sessions, their end, and the step-up by e-mail (docs/identity.md)."""

import asyncio
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Request, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.context import ClientId, Count, IdentityNow, Language, PartsNow
from api.identity import Claimed, Identity, Opened, Session
from api.jws import IdentityError, Why
from api.leases import Lease
from api.openapi import raises
from api.pace import by_address, keep_pace
from api.views.conversations import SessionView, StepUpView
from escalation.assembly import Parts
from escalation.disclosures.texts import disclosure, languages
from escalation.reception import Owner

router = APIRouter(prefix="/v1", tags=["customer"])

REPLACED_AFTER = 2.0  # seconds for which the session before a step-up goes on

Bearer = Annotated[str | None, Header(alias="Authorization")]
Origin = Annotated[str | None, Header(alias="Origin", max_length=300, include_in_schema=False)]


def _known(language: str) -> str:
    if language not in languages():
        raise ValueError("there is no disclosure in this language")
    return language


class SessionRequest(BaseModel):
    """Who asks: a token of the shop's backend, or a customer's id with its hash, or the visitor token of an earlier session, or
    nothing. `shop_page` is the origin of the page that the chat stands on, `language` that of the disclosure.
    """

    model_config = ConfigDict(extra="forbid")
    identity_token: str | None = Field(None, max_length=4096, examples=[None])
    user_id: str | None = Field(None, max_length=255, examples=[None])
    user_hash: str | None = Field(None, max_length=255, examples=[None])
    visitor_token: str | None = Field(None, max_length=4096, examples=[None])
    shop_page: str | None = Field(
        None, max_length=300, pattern=r"^https?://[^/\s]+$", examples=["https://shop.example"]
    )
    language: Language = None


class StepUpRequest(BaseModel):
    """The address to send a code to, and the language to write in."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=320, examples=["maeve@example.com"])
    language: Language = None


class CodeRequest(BaseModel):
    """The code as it came by mail, and the language of the customer."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^[0-9]{6}$", examples=["482913"])
    language: Language = None


class ShownRequest(BaseModel):
    """The disclosure that has come into sight, as `disclosure` of the session names it. `client_id`: the sender's id of the showing."""

    model_config = ConfigDict(extra="forbid")
    client_id: ClientId
    id: str = Field(max_length=40, pattern=r"^[a-z_]+$", examples=["chat"])
    version: Count = Field(ge=1, le=2**31 - 1, examples=[1])
    language: Annotated[str, AfterValidator(_known)] = Field(examples=["en"])


async def session_now(identity: IdentityNow, authorization: Bearer = None, origin: Origin = None) -> Session:
    """The session of this request. Raises `IdentityError`."""
    return await identity.session_of(_bearer(authorization), origin)


SessionNow = Annotated[Session, Depends(session_now)]


async def owner_now(session: SessionNow, request: Request) -> Owner:
    """Whose request this is."""
    if not request.url.path.endswith("/handoff"):  # law 6: the way to a person is never barred
        await keep_pace(request, "requests", caller_of(session.owner))
    return session.owner


def caller_of(owner: Owner) -> str:
    """Under which name a customer's or visitor's calls are counted."""
    return owner.subject


async def lease_now(session: SessionNow, identity: IdentityNow) -> Lease:
    """How long a stream of this session may go on."""
    return Lease(session.expires_at, partial(identity.must_go_on, session))


OwnerNow = Annotated[Owner, Depends(owner_now)]
LeaseNow = Annotated[Lease, Depends(lease_now)]


@router.post(
    "/sessions",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(by_address("sessions"))],
    responses=raises(401),
)
async def open_session(
    body: SessionRequest, parts: PartsNow, identity: IdentityNow, origin: Origin = None
) -> SessionView:
    """Begin: who you are, and what must be said before the first word."""
    claimed = Claimed(**body.model_dump(exclude={"language"}))
    return _opened(await identity.open_session(claimed, origin), parts, body.language)


@router.post("/disclosures", status_code=status.HTTP_204_NO_CONTENT)
async def note_disclosure(body: ShownRequest, owner: OwnerNow, parts: PartsNow) -> None:
    """Put on record that the disclosure was shown on a screen. The same `client_id` again is the same showing."""
    await parts.showings.note(
        owner, disclosure=body.id, version=body.version, language=body.language, client_id=body.client_id
    )


@router.delete("/sessions/current", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(session: SessionNow, identity: IdentityNow) -> None:
    """Sign out: the token opens nothing any more, and its streams end."""
    await identity.end(session)


@router.post("/sessions/revocations", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_sessions(identity: IdentityNow, authorization: Bearer = None) -> None:
    """The shop's backend ends every session of a customer: a token like an identity token, with `aud` "revocation"."""
    await identity.revoke_by_shop(_bearer(authorization))


@router.post("/conversations/{conversation_id}/step-up", status_code=status.HTTP_202_ACCEPTED)
async def begin_step_up(
    conversation_id: UUID, body: StepUpRequest, owner: OwnerNow, parts: PartsNow, request: Request
) -> StepUpView:
    """Have a code sent to one's own address. The answer is the same, whether anybody has that address or not."""
    begun = await parts.step_up.begin(
        owner,
        conversation_id,
        email=body.email,
        network=request.client.host if request.client else "",
        language=body.language,
    )
    return {"id": str(begun.id), "expires_at": begun.expires_at.isoformat()}


@router.post("/conversations/{conversation_id}/step-up/{step_up_id}")
async def finish_step_up(
    conversation_id: UUID,
    step_up_id: UUID,
    body: CodeRequest,
    session: SessionNow,
    parts: PartsNow,
    identity: IdentityNow,
    afterwards: BackgroundTasks,
    origin: Origin = None,
) -> SessionView:
    """Show the code: the answer is a session as the customer, in place of the one before; the conversation is theirs."""
    owner = await parts.step_up.finish(
        session.owner, conversation_id, step_up_id, code=body.code, language=body.language
    )
    opened = identity.stepped_up(owner, session, origin)
    afterwards.add_task(_end_replaced, identity, session)
    return _opened(opened, parts, body.language)


async def _end_replaced(identity: Identity, session: Session) -> None:
    """Once the new session has surely arrived: a stream that ended before it would come back as nobody."""
    await asyncio.sleep(REPLACED_AFTER)
    await identity.revocations.end(session.subjects[0])


def _opened(opened: Opened, parts: Parts, language: str | None) -> SessionView:
    owner, said = opened.session.owner, disclosure(parts.settings.shop_name, language)
    return {
        "session_token": opened.token,
        "expires_at": opened.session.expires_at.isoformat(),
        "visitor_token": opened.visitor_token,
        "level": owner.level,
        "customer": {"name": owner.name} if owner.customer_id else None,
        "disclosure": {
            "id": said.id,
            "version": said.version,
            "language": said.language,
            "text": said.text,
            "on_behalf_of": parts.settings.shop_name,
        },
    }


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise IdentityError(
            Why.MISSING, "Send the token: Authorization: Bearer … (a session's, from POST /v1/sessions)."
        )
    return token
