"""Messages, their citations and the cards of proposals."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, cast
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from typing_extensions import TypedDict

from agent.changes.phrasebook import in_language
from agent.records import (
    ApprovalRequest,
    Audience,
    AuthorKind,
    Message,
    MessageKind,
    Proposal,
    ProposalStatus,
)
from agent.signals import Signals
from api.views.shapes import CitationView, Html, Id, Time, like, one_of
from api.views.writing import ForView, for_view
from escalation.briefing.material import LIKELY
from escalation.mentions import For, whom_for
from escalation.spoken import language_written
from knowledge.database import utc_now
from knowledge.rendering import render_message


class CardLine(TypedDict):
    """A line of a card."""

    label: Annotated[str, like("Refund")]
    value: Annotated[str, like("€49.00 to your card ending in 4242")]


class ProposalView(TypedDict):
    """A change fully worked out that waits for the customer's yes. Confirm it with its digest."""

    id: Id
    action: Annotated[str, like("cancel_order", "The kind of change; docs/actions.md lists them.")]
    title: Annotated[str, like("Cancel order TT-10423")]
    lines: list[CardLine]
    status: Annotated[str, one_of(ProposalStatus)]
    digest: Annotated[str, like("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    expires_at: Time


class AuthorView(TypedDict):
    """Who wrote it. The kinds are closed: an AI never passes as a person."""

    kind: Annotated[str, one_of(AuthorKind, "ai")]
    name: Annotated[str | None, like("Tarn & Thistle Assistant")]


class AttachmentView(TypedDict):
    """A file of the customer's, to be fetched by its id. `name` is theirs: show it as text."""

    id: Id
    name: Annotated[str, like("torn seam.jpg")]
    media_type: Annotated[
        str, like("image/jpeg", "image/jpeg, image/png or application/pdf, whatever was sent.")
    ]
    size: Annotated[int, like(184_320, "Bytes, as it is kept.")]
    width: Annotated[int | None, like(1200, "Pixels, of an image.")]
    height: Annotated[int | None, like(900)]


class MessageView(TypedDict):
    """A message of the thread as everyone may see it."""

    id: Id
    seq: Annotated[int, like(2)]
    author: AuthorView
    kind: Annotated[str, one_of(MessageKind, "text")]
    text: Annotated[str, like("You can return it within 30 days [1].")]
    html: Html
    citations: list[CitationView]
    proposal: ProposalView | None
    offer_person: bool
    offer_step_up: bool
    audience: Annotated[str, one_of(Audience)]
    stream_id: Id | None
    in_reply_to: Id | None
    corrects: Annotated[
        str | None,
        like(None, "The line of the briefing that it corrects; empty for the whole, null for none."),
    ]
    attachments: list[AttachmentView]
    client_id: Annotated[str | None, like("m-1", "The sender's own id for it.")]
    created_at: Time


class SignalsView(TypedDict):
    """What the local models read in a customer's message."""

    emotion: Annotated[str | None, like("annoyance")]
    valence: Annotated[float, like(-0.4)]
    intensity: Annotated[float, like(0.6)]
    intent: Annotated[str, like("order_status")]
    stakes: Annotated[list[str], like(["money"])]
    wants_person: bool
    language: Annotated[str | None, like("en")]


# `for` is a word of Python's own, so the class is written as a call.
_ForField = TypedDict("_ForField", {"for": list[ForView]})


class DeskMessageView(MessageView, _ForField):
    """A message as the desk sees it: with the signals of a customer's, and whom a note is for."""

    signals: SignalsView | None


class DraftView(TypedDict):
    """What the AI is writing, cumulative."""

    stream_id: Id
    text: str
    html: Html


def proposal_view(proposal: Proposal) -> ProposalView:
    """A proposal; one whose time is over shows as expired even before anybody has swept it."""
    over = proposal.status == ProposalStatus.OPEN and proposal.expires_at <= utc_now()
    return {
        "id": str(proposal.id),
        "action": proposal.action,
        "title": proposal.title,
        "lines": cast("list[CardLine]", proposal.lines),
        "status": ProposalStatus.EXPIRED if over else proposal.status,
        "digest": proposal.digest,
        "expires_at": proposal.expires_at.isoformat(),
    }


def message_view(message: Message, proposal: Proposal | None) -> MessageView:
    """A message as everyone may see it."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "author": {"kind": message.author_kind, "name": message.author_name},
        "kind": message.kind,
        "text": message.text,
        "html": html_of(message.text, message.citations),
        "citations": cast("list[CitationView]", message.citations),
        # The card stands under the message that offered it; a receipt only names the proposal.
        "proposal": proposal_view(proposal) if proposal else None,
        "offer_person": message.offer_person,
        "offer_step_up": message.offer_step_up,
        "audience": message.audience,
        "stream_id": str(message.stream_id) if message.stream_id else None,
        "in_reply_to": str(message.in_reply_to) if message.in_reply_to else None,
        # It corrects what was passed on to a person: the text of the line, "" for the whole.
        "corrects": message.corrects["text"] if message.corrects else None,
        "attachments": cast("list[AttachmentView]", message.attachments),
        # The sender's own id for it; what comes before a colon is our bookkeeping.
        "client_id": message.client_id.rpartition(":")[2] if message.client_id else None,
        "created_at": message.created_at.isoformat(),
    }


def draft_view(payload: Mapping[str, Any]) -> DraftView:
    """A draft as the stream shows it."""
    return {
        "stream_id": payload["stream_id"],
        "text": payload["text"],
        "html": html_of(payload["text"], payload["citations"]),
    }


def html_of(text: str, citations: Sequence[Mapping[str, Any]]) -> str:
    """Message text rendered and cleaned, citations linked."""
    return render_message(text, {c["number"]: c["url"] for c in citations})


async def message_views(session: AsyncSession, messages: Sequence[Message]) -> list[MessageView]:
    """Messages with the proposals that they show."""
    wanted = [m.proposal_id for m in messages if m.proposal_id]
    if not wanted:
        return [message_view(m, None) for m in messages]
    query = select(Proposal).where(col(Proposal.id).in_(wanted))
    proposals = {p.id: p for p in (await session.exec(query)).all()}
    approved = select(ApprovalRequest.message_id).where(col(ApprovalRequest.proposal_id).in_(wanted))
    showing = {id_ for id_ in (await session.exec(approved)).all() if id_}
    return [
        message_view(m, proposals.get(m.proposal_id) if m.proposal_id and _shows_card(m, showing) else None)
        for m in messages
    ]


async def customer_message_views(session: AsyncSession, messages: Sequence[Message]) -> list[MessageView]:
    """Messages of one conversation as its customer reads them: cards and what came of them in the customer's language."""
    views = await message_views(session, messages)
    if not any(m.proposal_id for m in messages):
        return views
    language = await language_written(session, messages[0].conversation_id)
    return [
        _outcome_in(view, language)
        if m.proposal_id and m.author_kind == AuthorKind.SYSTEM
        else _card_in(view, language)
        for view, m in zip(views, messages, strict=True)
    ]


async def customer_proposal_view(session: AsyncSession, proposal: Proposal) -> ProposalView:
    """A proposal as its customer reads it."""
    return _said_in(proposal_view(proposal), await language_written(session, proposal.conversation_id))


def _outcome_in(view: MessageView, language: str | None) -> MessageView:
    text = in_language(view["text"], language)
    return _card_in({**view, "text": text, "html": html_of(text, view["citations"])}, language)


def _card_in(view: MessageView, language: str | None) -> MessageView:
    card = view["proposal"]
    return {**view, "proposal": _said_in(card, language) if card else None}


def _said_in(card: ProposalView, language: str | None) -> ProposalView:
    lines: list[CardLine] = [
        {"label": in_language(line["label"], language), "value": in_language(line["value"], language)}
        for line in card["lines"]
    ]
    return {**card, "title": in_language(card["title"], language), "lines": lines}


async def desk_message_views(
    session: AsyncSession, messages: Sequence[Message], readings: Mapping[UUID, Signals]
) -> list[DeskMessageView]:
    """Messages as the desk sees them; `readings` are the signals of those that have been read, by message id."""
    views = await message_views(session, messages)
    named = await whom_for(session, messages)
    return [
        {**view, "signals": _signals_view(readings.get(m.id)), "for": _for(m, named)}
        for view, m in zip(views, messages, strict=True)
    ]


async def desk_message_view(
    session: AsyncSession, message: Message, signals: Signals | None
) -> DeskMessageView:
    """One message as the desk sees it."""
    [view] = await desk_message_views(session, [message], {message.id: signals} if signals else {})
    return view


def _shows_card(message: Message, showing: AbstractSet[UUID]) -> bool:
    """The AI offers it, or word came that a person has approved it (`showing`)."""
    return message.author_kind == AuthorKind.AI or message.id in showing


def _for(message: Message, named: Mapping[UUID, Sequence[For]]) -> list[ForView]:
    """Whom an internal note is for; nobody in particular for most."""
    return [for_view(one) for one in named.get(message.id, ())]


def _signals_view(signals: Signals | None) -> SignalsView | None:
    if signals is None:
        return None
    return {
        "emotion": None if signals.abstained else signals.emotion,
        "valence": signals.valence,
        "intensity": signals.intensity,
        "intent": signals.intent,
        "stakes": [stake for stake, probability in signals.stakes.items() if probability >= LIKELY],
        "wants_person": signals.wants_person >= LIKELY,
        "language": signals.language,
    }
