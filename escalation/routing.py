"""Where does a conversation go when it goes to a person?

The rules are data (`routing.yaml`); this file reads them and weighs one conversation against them. Production and
`candor routing simulate` both ask here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from agent.money import CURRENCIES, Money
from agent.signals import Stake
from escalation import policy_files
from escalation.opening_hours import Hours
from escalation.priority import Weights
from escalation.records import Reason, Urgency

ROUTING_FILE = Path(__file__).with_name("routing.yaml")

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w-]+$")]
Minutes = Annotated[int, Field(gt=0, le=60 * 24 * 30)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


# What weighs on whoever answers it, however calm the words are.
HEAVY = frozenset({Reason.SAFETY, Reason.BEREAVEMENT, Reason.HARDSHIP, Reason.UPSET})


@dataclass(frozen=True)
class Need:
    """What is known of a conversation that goes to a person: everything that a route may look at."""

    reason: Reason
    urgency: Urgency
    queue: str
    """That the trigger, the turn or the button asked for."""
    language: str | None = None
    """ISO 639-1; None if it is not known."""
    stakes: Mapping[Stake, float] = field(default_factory=dict)
    tier: str | None = None
    amount: Money | None = None
    upset: bool = False
    """The customer is upset and has not come to rest since (`trajectory.py`)."""

    @property
    def emotional(self) -> bool:
        """Whether it weighs on the person who takes it."""
        return self.upset or self.reason in HEAVY


@dataclass(frozen=True)
class Crew:
    """Who works in a queue: how many accounts, and how many of them are on now."""

    members: int
    on: int


@dataclass(frozen=True)
class Assignment:
    """Where a conversation goes, what its person must bring, and how soon a first word is due."""

    queue: str
    skills: tuple[str, ...] = ()
    language: str | None = None
    due: datetime | None = None
    """Of the first word; None where nothing is promised."""
    route: str | None = None
    moved_from: str | None = None
    """The queue that it belongs to, when nobody could take it there."""
    version: str = ""
    emotional: bool = False

    def to_json(self) -> dict[str, Any]:
        """The record: which rule sent it where."""
        return {
            "route": self.route,
            "routing_version": self.version,
            "queue": self.queue,
            "moved_from": self.moved_from,
            "skills": list(self.skills),
            "language": self.language,
        }


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Promise(_Part):
    """How soon a person must answer, in minutes of open time."""

    first: Minutes
    next: Minutes


class Queue(_Part):
    """A queue: when people are there, what they promise, what they must bring, and who helps out."""

    hours: Name
    sla: Name
    skills: tuple[Name, ...] = ()
    overflow: Name | None = None


class When(_Part):
    """The conditions of a route; what is left out holds always."""

    reason: tuple[Reason, ...] = ()
    urgency: Urgency | None = None
    queue: tuple[Name, ...] = ()
    language: tuple[Language, ...] = ()
    stakes: Mapping[Stake, Annotated[float, Field(gt=0, le=1)]] = {}
    tier: tuple[str, ...] = ()
    amount: Annotated[float, Field(gt=0)] | None = None
    upset: bool | None = None

    @model_validator(mode="after")
    def _looks_at_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give at least one condition")
        return self

    def holds(self, need: Need, currency: str) -> bool:
        """Whether all conditions hold. What is not known holds nothing."""
        ranks = list(Urgency)
        worth = need.amount.in_units if need.amount and need.amount.currency == currency else None
        return (
            (not self.reason or need.reason in self.reason)
            and (self.urgency is None or ranks.index(need.urgency) >= ranks.index(self.urgency))
            and (not self.queue or need.queue in self.queue)
            and (not self.language or need.language in self.language)
            and all(need.stakes.get(stake, 0.0) >= least for stake, least in self.stakes.items())
            and (not self.tier or need.tier in self.tier)
            and (self.amount is None or (worth is not None and worth >= self.amount))
            and (self.upset is None or need.upset == self.upset)
        )


class Route(_Part):
    """One row of the table."""

    route: Name
    when: When
    queue: Name
    skills: tuple[Name, ...] = ()


class People(_Part):
    """What a person is offered at most."""

    capacity: Annotated[int, Field(ge=1, le=50)]
    emotional_in_a_row: Annotated[int, Field(ge=1, le=50)]


class Routing(_Part):
    """The policy: queues with their hours and promises, routes tried from the top, and who comes first."""

    currency: str
    language: Language
    hours: Mapping[Name, Hours]
    sla: Mapping[Name, Mapping[Urgency, Promise]]
    at_risk: Annotated[float, Field(gt=0, lt=1)]
    queues: Mapping[Name, Queue] = Field(min_length=1)
    default: Name
    routes: tuple[Route, ...] = ()
    priority: Weights
    people: People
    _version: str = PrivateAttr("")

    @classmethod
    def load(cls, file: Path = ROUTING_FILE) -> Self:
        """Routing from a YAML file. Raises `PolicyError`."""
        data, version = policy_files.read(file, list(cls.model_fields))
        try:
            routing = cls.model_validate(data)
        except ValidationError as error:
            raise policy_files.explained(
                file, error, lambda path: policy_files.rule_named(path, data, "routes", "route")
            ) from error
        routing._version = version  # noqa: SLF001 - our own
        return routing

    @property
    def version(self) -> str:
        """Which text of the file this is: the beginning of its SHA-256."""
        return self._version

    def assign(self, need: Need, now: datetime, crews: Mapping[str, Crew] | None = None) -> Assignment:
        """Where a conversation goes. With `crews`, one whose queue has nobody goes where somebody is."""
        route = next((route for route in self.routes if route.when.holds(need, self.currency)), None)
        wanted = route.queue if route else need.queue if need.queue in self.queues else self.default
        queue = wanted if crews is None else self._staffed(wanted, now, crews)
        skills = (*(route.skills if route else ()), *self.queues[queue].skills)
        return Assignment(
            queue=queue,
            skills=tuple(dict.fromkeys(skills)),
            language=need.language,
            due=self.due(queue, need.urgency, now),
            route=route.route if route else None,
            moved_from=wanted if queue != wanted else None,
            version=self.version,
            emotional=need.emotional,
        )

    def hours_of(self, queue: str) -> Hours:
        """Opening hours of a queue; those of the default queue for one that is no longer in the file."""
        return self.hours[self._queue(queue).hours]

    def promise(self, queue: str, urgency: str) -> Promise:
        """How soon a person of the queue must answer."""
        return self.sla[self._queue(queue).sla][Urgency(urgency)]

    def due(self, queue: str, urgency: str, since: datetime, *, answered: bool = False) -> datetime | None:
        """When a word is due: the first, or a next one where the customer has been answered before."""
        promise = self.promise(queue, urgency)
        minutes = promise.next if answered else promise.first
        return self.hours_of(queue).after(since, timedelta(minutes=minutes))

    def overflow_of(self, queue: str, now: datetime, crews: Mapping[str, Crew]) -> str | None:
        """The next queue that can help out now: open, with somebody on. None if there is none."""
        return next((name for name in self._others(queue) if self._can_take(name, now, crews)), None)

    def _staffed(self, wanted: str, now: datetime, crews: Mapping[str, Crew]) -> str:
        if self._can_take(wanted, now, crews):
            return wanted
        chain = (wanted, *self._others(wanted))
        with_somebody_on = (name for name in chain if self._can_take(name, now, crews))
        with_members = (name for name in chain if crews.get(name, Crew(0, 0)).members)
        return next(with_somebody_on, None) or next(with_members, None) or wanted

    def _can_take(self, queue: str, now: datetime, crews: Mapping[str, Crew]) -> bool:
        return crews.get(queue, Crew(0, 0)).on > 0 and self.hours_of(queue).is_open(now)

    def _others(self, queue: str) -> Iterator[str]:
        """The queues that help out, nearest first; the default one at last."""
        seen, step = {queue}, self._queue(queue).overflow
        while step is not None and step not in seen:
            yield step
            seen.add(step)
            step = self.queues[step].overflow
        if self.default not in seen:
            yield self.default

    def _queue(self, name: str) -> Queue:
        return self.queues.get(name, self.queues[self.default])

    @field_validator("currency")
    @classmethod
    def _currency_is_known(cls, currency: str) -> str:
        if currency not in CURRENCIES:
            raise ValueError(f"{currency!r} is not known. Known: {', '.join(CURRENCIES)}")
        return currency

    @field_validator("sla")
    @classmethod
    def _every_urgency_has_its_promise(
        cls, sla: Mapping[str, Mapping[Urgency, Promise]]
    ) -> Mapping[str, Mapping[Urgency, Promise]]:
        for name, promises in sla.items():
            if missing := [urgency for urgency in Urgency if urgency not in promises]:
                raise ValueError(f"'{name}' promises nothing for {', '.join(missing)}")
        return sla

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        for name, queue in self.queues.items():
            _must_be_known(f"queue '{name}': hours", queue.hours, self.hours)
            _must_be_known(f"queue '{name}': sla", queue.sla, self.sla)
            if queue.overflow is not None:
                _must_be_known(f"queue '{name}': overflow", queue.overflow, self.queues)
        _must_be_known("default", self.default, self.queues)
        names = [route.route for route in self.routes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the route '{twice[0]}' is there twice. Give each route a name of its own")
        for route in self.routes:
            _must_be_known(f"route '{route.route}': queue", route.queue, self.queues)
        return self


def _must_be_known(where: str, name: str, known: Mapping[str, object] | Sequence[str]) -> None:
    if name not in known:
        raise ValueError(f"{where}: there is no {name!r}. There is: {', '.join(known)}")
