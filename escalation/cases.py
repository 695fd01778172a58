"""What the desk reads of conversations: lists, a row of them, and one conversation with everything it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import ApprovalRequest, Conversation, Message
from agent.signals import Signals
from escalation import lists, thread
from escalation.approving import requests_of
from escalation.briefing import Line
from escalation.briefing.loading import brief
from escalation.dispatch import Dispatch
from escalation.events import newest_event_id
from escalation.finding import ALL, Filters, conditions
from escalation.histories import Step, history_of, readings_of, steps_of
from escalation.lists import CaseSummary, View
from escalation.records import Handoff, StaffAccount
from escalation.supervising import may_supervise
from escalation.trajectory import CALM, Shape
from knowledge.database import Database


@dataclass(frozen=True)
class Case:
    """A conversation with everything the desk shows of it."""

    summary: CaseSummary
    messages: Sequence[Message]
    readings: dict[UUID, Signals]
    briefing: Sequence[Line]
    handoffs: Sequence[Handoff]
    approvals: Sequence[ApprovalRequest]
    trajectory: Sequence[Step]
    shape: Shape
    last_event_id: int  # a stream that goes on after it misses nothing that is not here


class Cases:
    """Reads conversations for the desk; changes nothing."""

    def __init__(self, database: Database, dispatch: Dispatch) -> None:
        self.database = database
        self.dispatch = dispatch

    async def list(
        self, account: StaffAccount, view: View, filters: Filters = ALL, *, offset: int = 0
    ) -> list[CaseSummary]:
        """Up to `PAGE` conversations that the filters let through; those who wait in the order of `priority.score`.

        What is live is a supervisor's to see: `SupervisorsOnlyError`.
        """
        if view is View.LIVE:
            may_supervise(account)
        routing, now = self.dispatch.routing, self.dispatch.clock()
        async with self.database.reading() as session:
            return await lists.listed(
                session,
                routing,
                now,
                view=view,
                account_id=account.id,
                where=conditions(
                    filters,
                    account_id=account.id,
                    now=now,
                    at_risk=await lists.at_risk(session, routing, now) if filters.at_risk else (),
                    open_only=view not in (View.RESOLVED, View.ALL),
                ),
                offset=offset,
            )

    async def summary(self, conversation_id: UUID) -> CaseSummary:
        """One row of the list."""
        async with self.database.reading() as session:
            return await self._summary(session, await thread.find(session, conversation_id))

    async def _summary(self, session: AsyncSession, conversation: Conversation) -> CaseSummary:
        return await lists.summary_of(session, conversation, self.dispatch.routing, self.dispatch.clock())

    async def case(self, conversation_id: UUID) -> Case:
        """A conversation whole. The briefing is of now, not of when the handoff began."""
        async with self.database.reading() as session:
            last_event_id = await newest_event_id(session)
            conversation = await thread.find(session, conversation_id)
            messages = await thread.messages_of(session, conversation_id)
            readings = await readings_of(session, messages)
            steps = steps_of(await history_of(session, conversation), self.dispatch.shape)
            handoffs = await session.exec(
                select(Handoff)
                .where(Handoff.conversation_id == conversation_id)
                .order_by(col(Handoff.opened_at).desc())
            )
            return Case(
                summary=await self._summary(session, conversation),
                messages=messages,
                readings=readings,
                briefing=await brief(
                    session, messages, readings, feeling=steps[-1].conversation if steps else CALM
                ),
                handoffs=handoffs.all(),
                approvals=await requests_of(session, conversation_id),
                trajectory=steps,
                shape=self.dispatch.shape,
                last_event_id=last_event_id,
            )
