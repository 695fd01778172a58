"""The briefing of a conversation as the records have it now. Written anew each time, but for what a model wrote."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import AuthorKind, Message, MessageKind, Proposal, TurnRecord
from agent.signals import Signals
from escalation import thread
from escalation.approving import requests_of
from escalation.briefing.backing import backed
from escalation.briefing.lines import FOR_CUSTOMER, Line, in_order
from escalation.briefing.material import Material
from escalation.briefing.writing import write_briefing
from escalation.histories import readings_of
from escalation.records import TurnOutcome, WrittenBriefing
from escalation.trajectory import CALM, Point


async def brief(
    session: AsyncSession,
    messages: Sequence[Message],
    readings: Mapping[UUID, Signals],
    *,
    feeling: Point = CALM,
) -> list[Line]:
    """The briefing as it stands; `messages` is the whole thread, `feeling` where the trajectory has come to."""
    if not messages:
        return []
    material = await gather(session, messages, readings, feeling=feeling)
    written = await session.get(WrittenBriefing, messages[0].conversation_id)
    return with_written(write_briefing(material), material, written)


async def brief_customer(session: AsyncSession, conversation_id: UUID) -> tuple[list[Line], list[Message]]:
    """The same for the customer to read (`lines.FOR_CUSTOMER`), and the thread that it is made from. No lines before the
    first handoff: nothing was passed on.
    """
    messages = await thread.messages_of(session, conversation_id)
    if not any(m.kind in (MessageKind.HANDOFF, MessageKind.CLAIM) for m in messages):
        return [], messages
    lines = await brief(session, messages, await readings_of(session, messages))
    return [line for line in lines if line.part in FOR_CUSTOMER], messages


async def gather(
    session: AsyncSession,
    messages: Sequence[Message],
    readings: Mapping[UUID, Signals],
    *,
    feeling: Point = CALM,
) -> Material:
    """What the briefing of a thread is made from. The thread must not be empty."""
    conversation_id = messages[0].conversation_id
    proposals = select(Proposal).where(Proposal.conversation_id == conversation_id)
    missed = select(TurnRecord.message_id).where(
        TurnRecord.conversation_id == conversation_id, TurnRecord.outcome == TurnOutcome.UNKNOWN
    )
    return Material(
        messages,
        readings,
        (await session.exec(proposals)).all(),
        await requests_of(session, conversation_id),
        frozenset((await session.exec(missed)).all()),
        feeling,
    )


def with_written(lines: Sequence[Line], material: Material, written: WrittenBriefing | None) -> list[Line]:
    """The lines with those that a model wrote in place of the code's, as long as they hold and rest on their sources."""
    if written is None or not _holds(written, material.messages):
        return list(lines)
    better = backed([Line.from_json(line) for line in written.lines], material.said)
    parts = {line.part for line in better}
    return in_order([*better, *(line for line in lines if line.part not in parts)])


def _holds(written: WrittenBriefing, messages: Sequence[Message]) -> bool:
    """Whether nobody but the customer has spoken since; their own later words stand in lines of their own."""
    since = [m for m in messages if m.seq > written.last_seq]
    return all(
        (m.author_kind == AuthorKind.CUSTOMER and m.corrects is None)
        or (m.author_kind == AuthorKind.SYSTEM and m.proposal_id is None)
        for m in since
    )
