"""A simulated day at the desk: the same customers under routing and first come, first served.

What decides is production's own: `Routing.assign`, `Hours`, `clocks.read`, `score`, `choose`, `relief`. Only the people and the
customers are made up (`load.py`). Nothing is drawn here, so the same load gives the same day.
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from statistics import fmean
from uuid import UUID

from escalation import clocks
from escalation.load import Arrival
from escalation.matching import Person, Work, choose
from escalation.priority import score
from escalation.records import Urgency
from escalation.relief import relief
from escalation.routing import Crew, Routing

ROUND = timedelta(seconds=30)  # as often as production goes round
ALWAYS = 10**9  # a cap that nobody reaches


class Order(StrEnum):
    """Who comes first."""

    ROUTING = "routing"
    FIRST_COME = "first come, first served"


@dataclass(eq=False)
class Case:
    """One customer of the day, and what became of them."""

    arrival: Arrival
    queue: str
    skills: tuple[str, ...]
    language: str | None
    urgency: str
    due: datetime | None
    at_risk_from: datetime | None
    raised: bool = False
    answered: datetime | None = None
    gave_up: datetime | None = None
    by: UUID | None = None

    @property
    def work(self) -> Work:
        """As routing sees it."""
        return Work(self.queue, frozenset(self.skills), self.language, self.arrival.need.emotional)

    @property
    def kept(self) -> bool:
        """Whether the first word came in time. Whoever gave up without one was not kept."""
        return self.answered is not None and (self.due is None or self.answered <= self.due)


@dataclass(frozen=True)
class Outcome:
    """What a day was like. Waits are open minutes until a first word, of those who got one."""

    cases: Sequence[Case]
    waits: Mapping[str, Sequence[float]]
    """By the urgency with which they came; each ascending."""
    kept: Mapping[str, float]
    """Share of all who came, by urgency; under "all" of everybody."""
    gave_up: float
    load: Sequence[int]
    """Conversations of each person, ascending."""
    hardest_row: int
    """Most emotional conversations that one person took in a row."""


def day(arrivals: Sequence[Arrival], people: Sequence[Person], routing: Routing, order: Order) -> Outcome:
    """Simulate until the last customer is answered or has given up."""
    return _Day(arrivals, people, routing, order).run()


def quantile(ascending: Sequence[float], share: float) -> float:
    """The smallest value that `share` of them do not exceed; NaN of none."""
    return ascending[math.ceil(share * len(ascending)) - 1] if ascending else math.nan


@dataclass
class _Day:
    arrivals: Sequence[Arrival]
    people: Sequence[Person]
    routing: Routing
    order: Order
    waiting: list[Case] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    rows: Counter[UUID] = field(default_factory=Counter)
    hardest_row: int = 0

    def run(self) -> Outcome:
        self.team = {person.id: person for person in self.people}
        self.events: list[tuple[datetime, int, object]] = []
        self.numbers = count()
        for arrival in self.arrivals:
            self._at(arrival.at, arrival)
        round_at = self.arrivals[0].at if self.arrivals else None
        while self.events:
            now, _, what = heapq.heappop(self.events)
            while round_at is not None and round_at < now and self.waiting:
                self._round(round_at)
                round_at += ROUND
            round_at = max(round_at or now, now)
            self._shifts(now)
            match what:
                case Arrival():
                    self._comes(what, now)
                case Case():
                    self._gives_up(what, now)
                case UUID():
                    self.team[what] = replace(self.team[what], load=self.team[what].load - 1)
            self._hand_out(now)
        return self._outcome()

    def _at(self, when: datetime, what: object) -> None:
        heapq.heappush(self.events, (when, next(self.numbers), what))

    def _comes(self, arrival: Arrival, now: datetime) -> None:
        assigned = self.routing.assign(arrival.need, now, self._crews())
        hours = self.routing.hours_of(assigned.queue)
        case = Case(
            arrival,
            queue=assigned.queue,
            skills=assigned.skills,
            language=assigned.language,
            urgency=arrival.need.urgency,
            due=assigned.due,
            at_risk_from=clocks.at_risk_from(now, assigned.due, hours, self.routing.at_risk),
        )
        self.cases.append(case)
        self.waiting.append(case)
        if (until := hours.after(now, arrival.patience)) is not None:
            self._at(until, case)
        if (opens := hours.next_open(now)) is not None and opens > now:
            self._at(opens, None)

    def _gives_up(self, case: Case, now: datetime) -> None:
        if case in self.waiting:
            self.waiting.remove(case)
            case.gave_up = now

    def _shifts(self, now: datetime) -> None:
        """Everybody is there while the default queue is open."""
        on = self.routing.hours_of(self.routing.default).is_open(now)
        for id_, person in self.team.items():
            if person.on != on:
                self.team[id_] = replace(person, on=on)

    def _crews(self) -> dict[str, Crew]:
        on = sum(person.on for person in self.team.values())
        return {queue: Crew(len(self.team), on) for queue in self.routing.queues}

    def _hand_out(self, now: datetime) -> None:
        """Whoever has most room takes first, as long as anybody is offered anything."""
        free = sorted((p for p in self.team.values() if p.has_room), key=lambda p: (p.load, p.id))
        while free and self.waiting:
            ordered = self._ordered(now)
            for person in free:
                offer = choose(
                    person,
                    [case.work for case in ordered],
                    list(self.team.values()),
                    cap=self.routing.people.emotional_in_a_row if self.order is Order.ROUTING else ALWAYS,
                    everybody_speaks=self.routing.language,
                )
                if offer.place is not None:
                    self._takes(person, ordered[offer.place], now)
                    break
            else:
                return
            free = sorted((p for p in self.team.values() if p.has_room), key=lambda p: (p.load, p.id))

    def _ordered(self, now: datetime) -> list[Case]:
        if self.order is Order.FIRST_COME:
            return sorted(self.waiting, key=lambda case: case.arrival.at)

        def place(case: Case) -> float:
            reading = self._read(case, now)
            return -score(case.urgency, reading.waited, reading.left, self.routing.priority)

        return sorted(self.waiting, key=lambda case: (place(case), case.arrival.at))

    def _read(self, case: Case, now: datetime) -> clocks.Reading:
        hours = self.routing.hours_of(case.queue)
        return clocks.read(case.arrival.at, case.due, now, hours, self.routing.at_risk)

    def _takes(self, person: Person, case: Case, now: datetime) -> None:
        self.waiting.remove(case)
        case.answered, case.by = now + case.arrival.first_words, person.id
        row = person.emotional_in_a_row + 1 if case.arrival.need.emotional else 0
        self.hardest_row = max(self.hardest_row, row)
        self.team[person.id] = replace(person, load=person.load + 1, emotional_in_a_row=row)
        self._at(now + case.arrival.first_words + case.arrival.handling, person.id)

    def _round(self, now: datetime) -> None:
        if self.order is Order.FIRST_COME:
            return
        crews = self._crews()
        for case in self.waiting:
            if case.raised or case.at_risk_from is None or now < case.at_risk_from:
                continue
            state = self._read(case, now).state
            done = relief(case.urgency, case.queue, state, now, routing=self.routing, crews=crews)
            if done is not None:
                case.urgency, case.queue, case.raised = done.urgency, done.queue, True

    def _outcome(self) -> Outcome:
        waits: dict[str, list[float]] = {urgency: [] for urgency in Urgency}
        kept: dict[str, list[bool]] = {urgency: [] for urgency in Urgency}
        for case in self.cases:
            urgency = case.arrival.need.urgency
            kept[urgency].append(case.kept)
            if case.answered is not None:
                hours = self.routing.hours_of(case.queue)
                waits[urgency].append(hours.between(case.arrival.at, case.answered) / timedelta(minutes=1))
        load = Counter(case.by for case in self.cases if case.by is not None)
        return Outcome(
            cases=self.cases,
            waits={urgency: sorted(values) for urgency, values in waits.items()},
            kept={u: fmean(values) for u, values in kept.items() if values}
            | {"all": fmean(case.kept for case in self.cases) if self.cases else math.nan},
            gave_up=fmean(case.gave_up is not None for case in self.cases) if self.cases else math.nan,
            load=sorted(load[person.id] for person in self.people),
            hardest_row=self.hardest_row,
        )
