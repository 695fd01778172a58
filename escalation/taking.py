"""Who may take a conversation, and what a person is offered next: `matching.py` over the records."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation import lists
from escalation.dispatch import Dispatch
from escalation.lists import Ranked
from escalation.matching import choose, lacks, objections
from escalation.presence import people_of, person_of
from escalation.records import Handoff, StaffAccount


class NotForYouError(PermissionError):
    """Somebody else who is there should take the conversation; says what is lacking and who it is."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(f"Please leave this one: {'; '.join(why)}. A supervisor may take it all the same.")


async def make_sure_it_is_theirs(
    session: AsyncSession, dispatch: Dispatch, account: StaffAccount, handoff: Handoff
) -> None:
    """Raises `NotForYouError` where a person should leave a case to somebody else."""
    routing, work = dispatch.routing, lists.work_of(handoff)
    if not lacks(person_of(account, routing), work, routing.language):
        return  # most claims: nobody else has to be looked at
    people = await people_of(session, routing, dispatch.clock())
    me = next(person for person in people if person.id == account.id)
    if why := objections(me, work, people, routing.language):
        raise NotForYouError(why)


async def offered(
    session: AsyncSession, dispatch: Dispatch, account: StaffAccount
) -> tuple[Ranked | None, str]:
    """What a person is offered of all that waits, or None and why."""
    routing, now = dispatch.routing, dispatch.clock()
    rows = await lists.waiting(session, routing, now)
    people = await people_of(session, routing, now)
    offer = choose(
        next(person for person in people if person.id == account.id),
        [row.work for row in rows],
        people,
        cap=routing.people.emotional_in_a_row,
        everybody_speaks=routing.language,
    )
    return (None if offer.place is None else rows[offer.place]), offer.why
