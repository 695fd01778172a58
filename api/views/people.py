"""People and queues of the desk."""

from typing import Annotated

from typing_extensions import TypedDict

from api.views.shapes import Email, Id, PersonName, Time, in_iso, like, one_of
from escalation.lists import QueueStanding
from escalation.matching import Person
from escalation.records import Role, StaffAccount, Status


class AccountView(TypedDict):
    """Who is signed in."""

    id: Id
    name: PersonName
    email: Email
    role: Annotated[str, one_of(Role)]


class PresenceView(TypedDict):
    """Whether one is there, and until when that holds; say it again within `renew_within` seconds."""

    status: Annotated[str, one_of(Status)]
    lease_until: Time
    renew_within: Annotated[int, like(60)]


class PersonView(TypedDict):
    """A person of the desk as colleagues see them."""

    id: Id
    name: PersonName
    role: Annotated[str, one_of(Role)]
    on: bool
    load: Annotated[int, like(2)]
    capacity: Annotated[int, like(5)]
    queues: Annotated[list[str], like(["orders"])]
    skills: Annotated[list[str], like(["refunds"])]
    languages: Annotated[list[str], like(["de"])]


class QueueView(TypedDict):
    """A queue as the desk sees it; `opens` is when it opens next, where it is closed."""

    name: Annotated[str, like("orders")]
    open: bool
    opens: Time | None
    members: Annotated[int, like(4)]
    on: Annotated[int, like(2)]
    waiting: Annotated[int, like(3)]
    at_risk: Annotated[int, like(1)]


class QueuesView(TypedDict):
    """Every queue, under which version of the routing."""

    items: list[QueueView]
    routing_version: Annotated[str, like("77ab01")]


class WrapUpView(TypedDict):
    """What a conversation can have come to."""

    code: Annotated[str, like("refunded")]
    label: Annotated[str, like("Refunded")]


def account_view(account: StaffAccount) -> AccountView:
    """Who is signed in."""
    return {"id": str(account.id), "name": account.name, "email": account.email, "role": account.role}


def person_view(person: Person) -> PersonView:
    """A person of the desk as colleagues see them."""
    return {
        "id": str(person.id),
        "name": person.name,
        "role": person.role,
        "on": person.on,
        "load": person.load,
        "capacity": person.capacity,
        "queues": list(person.queues),
        "skills": sorted(person.skills),
        "languages": sorted(person.languages),
    }


def queue_view(queue: QueueStanding) -> QueueView:
    """A queue as the desk sees it."""
    return {
        "name": queue.name,
        "open": queue.is_open,
        "opens": in_iso(queue.opens),
        "members": queue.crew.members,
        "on": queue.crew.on,
        "waiting": queue.waiting,
        "at_risk": queue.at_risk,
    }
