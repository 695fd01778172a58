"""The human side: what helps a person to write. Suggested replies, passages to cite, macros, tone, mentions and whispers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict, Field

from agent.incoming import MAX_CHARACTERS, clean
from agent.records import MessageKind
from api.context import Count, Flag, IdempotencyKey, PartsNow, id_under
from api.openapi import raises
from api.routes.desk import AccountNow, WriteRequest, signed_in, unsafe
from api.views.messages import DeskMessageView, desk_message_view
from api.views.shapes import Items
from api.views.writing import (
    FilledMacroView,
    HintsView,
    MacrosView,
    MacroView,
    MentionsView,
    PassageView,
    SuggestionView,
    hint_view,
    macro_view,
    mention_view,
    passage_view,
    suggestion_view,
)
from escalation import thread
from escalation.citing import readers
from escalation.macros import PLACEHOLDERS
from escalation.suggested import note_shown
from escalation.tone_check import Written, hints_on
from knowledge.library import STAFF

router = APIRouter(prefix="/v1/desk", tags=["desk"])

SHOWN = 8  # passages of a search; more is read in the knowledge pages


class MacroRequest(BaseModel):
    """A saved reply. `shared`: everybody at the desk has it."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["Greeting"])
    text: str = Field(examples=["Hello {customer}, this is {me}."])
    shared: Flag = True


class MacroChange(MacroRequest):
    """The version that the person saw."""

    version: Count = Field(ge=1, le=2**31)


class ToneRequest(BaseModel):
    """A draft, and in which conversation it is written."""

    model_config = ConfigDict(extra="forbid")
    conversation_id: UUID | None = Field(None, examples=[None])
    text: str = Field(max_length=MAX_CHARACTERS, examples=["You should have read the label."])


@router.post("/conversations/{conversation_id}/suggestions", dependencies=[*unsafe, *signed_in])
async def suggest(conversation_id: UUID, account: AccountNow, parts: PartsNow) -> SuggestionView:
    """A draft that rests on passages and orders, for the person to edit. Nothing is sent; that it was shown is noted."""
    suggestion = await parts.copilot.suggest(conversation_id)
    shown = None
    if suggestion.known:
        async with parts.database.transaction() as session:
            shown = await note_shown(session, account, conversation_id, suggestion.text)
    return suggestion_view(suggestion, shown)


@router.get("/conversations/{conversation_id}/passages", dependencies=signed_in)
async def find_passages(
    conversation_id: UUID, parts: PartsNow, q: Annotated[str, Query(max_length=MAX_CHARACTERS)]
) -> Items[PassageView]:
    """What the knowledge base has on a question, articles for staff included; `citable` is what the customer may read."""
    async with parts.database.reading() as session:
        conversation = await thread.find(session, conversation_id)
    found = (await parts.knowledge.search(q, audience=STAFF, limit=SHOWN)).found
    may_read = readers(verified=conversation.customer_id is not None)
    return {"items": [passage_view(one.passage, may_read) for one in found]}


@router.get("/conversations/{conversation_id}/macros")
async def fill_macros(conversation_id: UUID, account: AccountNow, parts: PartsNow) -> Items[FilledMacroView]:
    """The person's macros with their texts in this conversation, and what is still to be filled in."""
    rows = await parts.macros.filled_for(account, conversation_id)
    return {
        "items": [
            {"id": str(macro.id), "name": macro.name, "text": made.text, "empty": list(made.empty)}
            for macro, made in rows
        ]
    }


@router.get("/macros")
async def list_macros(account: AccountNow, parts: PartsNow) -> MacrosView:
    """The shared macros and one's own, as they were written, and what may stand in braces."""
    macros = await parts.macros.usable_by(account)
    return {"items": [macro_view(macro) for macro in macros], "placeholders": dict(PLACEHOLDERS)}


@router.post("/macros", dependencies=unsafe, status_code=status.HTTP_201_CREATED)
async def create_macro(
    body: MacroRequest, account: AccountNow, parts: PartsNow, idempotency_key: IdempotencyKey = None
) -> MacroView:
    """Keep a new one. 422 for a placeholder that there is not. The same `Idempotency-Key` again is the same one."""
    once = id_under(idempotency_key, str(account.id))
    return macro_view(await parts.macros.create(account, **body.model_dump(), once=once))


@router.put("/macros/{macro_id}", dependencies=unsafe, responses=raises(409))
async def change_macro(macro_id: UUID, body: MacroChange, account: AccountNow, parts: PartsNow) -> MacroView:
    """Change one; 409 if somebody has changed it since."""
    return macro_view(await parts.macros.change(account, macro_id, **body.model_dump()))


@router.delete("/macros/{macro_id}", dependencies=unsafe, status_code=status.HTTP_204_NO_CONTENT)
async def delete_macro(macro_id: UUID, account: AccountNow, parts: PartsNow) -> None:
    """Take one away."""
    await parts.macros.delete(account, macro_id)


@router.post("/tone", dependencies=[*unsafe, *signed_in], responses=raises(404))
async def check_tone(body: ToneRequest, parts: PartsNow) -> HintsView:
    """How a draft may be taken: hints, never a bar. Nothing is stored."""
    receipts: list[str] = []
    if body.conversation_id:
        async with parts.database.reading() as session:
            await thread.find(session, body.conversation_id)
            messages = await thread.messages_of(session, body.conversation_id)
        receipts = [m.text for m in messages if m.kind == MessageKind.RECEIPT]
    return {"hints": [hint_view(hint) for hint in await hints_on(Written(body.text, receipts), parts.reader)]}


@router.post(
    "/conversations/{conversation_id}/whispers",
    dependencies=unsafe,
    status_code=status.HTTP_201_CREATED,
    responses=raises(409),
)
async def whisper(
    conversation_id: UUID, body: WriteRequest, account: AccountNow, parts: PartsNow
) -> DeskMessageView:
    """A supervisor's note to whoever has the conversation, shown to them at once."""
    message = await parts.notes.whisper(
        account, conversation_id, client_id=body.client_id, text=clean(body.text)
    )
    async with parts.database.reading() as session:
        return await desk_message_view(session, message, None)


@router.get("/mentions")
async def list_mentions(account: AccountNow, parts: PartsNow) -> MentionsView:
    """The notes that are for the person, newest first."""
    mentions, unseen = await parts.notes.of(account)
    return {"items": [mention_view(one) for one in mentions], "unseen": unseen}


@router.post(
    "/conversations/{conversation_id}/mentions/seen",
    dependencies=unsafe,
    status_code=status.HTTP_204_NO_CONTENT,
)
async def see_mentions(conversation_id: UUID, account: AccountNow, parts: PartsNow) -> None:
    """The person has read what is for them in this conversation."""
    await parts.notes.see(account, conversation_id)
