"""What a supervisor may do beyond the others: see all that is live, and take a conversation from the person who has it."""

from uuid import UUID

from agent.errors import ConflictError
from agent.records import Audience, AuthorKind, Floor, MessageKind
from escalation import clocks, thread
from escalation.dispatch import Dispatch
from escalation.events import Hub
from escalation.handoffs import give_to_person, running_handoff_of
from escalation.moving import put_back
from escalation.records import Role, StaffAccount
from knowledge.database import Database


class SupervisorsOnlyError(PermissionError):
    """Only a supervisor may do that."""

    def __init__(self) -> None:
        super().__init__("Only a supervisor may do that.")


class AlreadyYoursError(ConflictError):
    """Nobody can take over from themselves."""


def may_supervise(account: StaffAccount) -> None:
    """Raises `SupervisorsOnlyError`."""
    if account.role != Role.SUPERVISOR:
        raise SupervisorsOnlyError


class Supervising:
    """Taking over from a person."""

    def __init__(self, database: Database, hub: Hub, dispatch: Dispatch) -> None:
        self.database = database
        self.hub = hub
        self.dispatch = dispatch

    async def take_over(
        self, account: StaffAccount, conversation_id: UUID, *, epoch: int, reason: str
    ) -> None:
        """Take the floor from the person who has it, if it is still as the supervisor saw it. The reason stays at the desk,
        where that person reads it.

        Raises `SupervisorsOnlyError`, `FloorTakenError` and `AlreadyYoursError`.
        """
        now = self.dispatch.clock()
        async with self.database.transaction() as session:
            before = await thread.find(session, conversation_id)
            may_supervise(account)
            await thread.hold(session, conversation_id, floor=Floor.HUMAN, epoch=epoch)
            if before.holder_id == account.id:
                raise AlreadyYoursError("You have this conversation already.")
            other = await session.get_one(StaffAccount, before.holder_id)
            handoff = await running_handoff_of(session, conversation_id)
            put_back(handoff)
            await give_to_person(session, handoff, account, epoch=epoch, now=now)
            if handoff.clock_from is None:
                clocks.owe_next(handoff, self.dispatch.routing, now)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.HUMAN,
                author_name=account.name,
                staff_id=account.id,
                kind=MessageKind.NOTE,
                audience=Audience.STAFF,
                text=f"Taken over from {other.name}: {reason}",
            )
        self.hub.wake(conversation_id)
