"""Who may take which conversation, and who is offered which. Pure functions; production and the simulation both ask here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from escalation.records import Role


@dataclass(frozen=True)
class Person:
    """A person of the desk as routing sees them."""

    id: UUID
    name: str
    queues: tuple[str, ...]
    """Empty: every queue."""
    skills: frozenset[str]
    languages: frozenset[str]
    """Beside the language that everybody speaks."""
    capacity: int
    load: int = 0
    """Conversations in hand; what they have put aside does not count."""
    on: bool = False
    """They are at the desk and take conversations."""
    role: Role = Role.AGENT
    emotional_in_a_row: int = 0
    """How many of the conversations that they took last weighed on them, without a break."""

    @property
    def has_room(self) -> bool:
        """Whether they are there and can be offered one more."""
        return self.on and self.load < self.capacity

    def works_in(self, queue: str) -> bool:
        """Whether they belong to a queue."""
        return not self.queues or queue in self.queues


@dataclass(frozen=True)
class Work:
    """A conversation as routing sees it."""

    queue: str
    skills: frozenset[str] = frozenset()
    language: str | None = None
    emotional: bool = False


def lacks(person: Person, work: Work, everybody_speaks: str) -> list[str]:
    """What a person lacks for a conversation, in words for them; nothing if they fit."""
    missing = [] if person.works_in(work.queue) else [f"you do not work in the queue “{work.queue}”"]
    if skills := sorted(work.skills - person.skills):
        missing.append(f"it needs the skill {' and '.join(f'“{skill}”' for skill in skills)}")
    if work.language not in (None, everybody_speaks, *person.languages):
        missing.append(f"the customer writes in “{work.language}”, which your account does not name")
    return missing


def objections(person: Person, work: Work, people: Sequence[Person], everybody_speaks: str) -> list[str]:
    """Why a person should leave a conversation to somebody else, in words for them; nothing if they may take it.

    Supervisors may take anything. So may anybody where nobody who fits is there with room: a customer never waits for a
    person who is not coming.
    """
    missing = lacks(person, work, everybody_speaks)
    if not missing or person.role is Role.SUPERVISOR:
        return []
    others = fitting(work, people, everybody_speaks, but=person)
    return [*missing, f"{_listed(others)} can take it"] if others else []


def fitting(work: Work, people: Sequence[Person], everybody_speaks: str, *, but: Person) -> list[Person]:
    """The others who are there, have room and lack nothing."""
    return [p for p in people if p.id != but.id and p.has_room and not lacks(p, work, everybody_speaks)]


@dataclass(frozen=True)
class Offer:
    """What "take the next" gives: the place in the list of what waits, or None and why."""

    place: int | None
    why: str = ""


FULL = "You have as many conversations as you are offered at the same time ({capacity}). You can still claim one from the list."
NOBODY_WAITS = "Nobody is waiting for you."
LEFT_FOR_OTHERS = (
    "The last {cap} conversations that you took were hard ones. What waits now is hard too, and {names} can take it. "
    "You can still claim one from the list."
)


def choose(
    person: Person, waiting: Sequence[Work], people: Sequence[Person], *, cap: int, everybody_speaks: str
) -> Offer:
    """What a person is offered of `waiting`, which stands in the order of its priority.

    After `cap` emotional conversations in a row a calm one comes first, if there is any that they may take. If there is
    none, the first emotional one is left to somebody who is there, fits, has room and is not at the cap; else they get it.
    """
    if person.load >= person.capacity:
        return Offer(None, FULL.format(capacity=person.capacity))
    mine = [
        place
        for place, work in enumerate(waiting)
        if not lacks(person, work, everybody_speaks)
        or not fitting(work, people, everybody_speaks, but=person)
    ]
    if not mine:
        return Offer(None, NOBODY_WAITS)
    if person.emotional_in_a_row < cap:
        return Offer(mine[0])
    if calm := [place for place in mine if not waiting[place].emotional]:
        return Offer(calm[0])
    others = fitting(waiting[mine[0]], people, everybody_speaks, but=person)
    if fresh := [other for other in others if other.emotional_in_a_row < cap]:
        return Offer(None, LEFT_FOR_OTHERS.format(cap=cap, names=_listed(fresh)))
    return Offer(mine[0])


def _listed(people: Sequence[Person]) -> str:
    shown = [person.name for person in people[:3]]
    if len(people) > len(shown):
        return f"{', '.join(shown)} or {len(people) - len(shown)} more"
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
