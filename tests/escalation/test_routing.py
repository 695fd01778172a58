"""Where a conversation goes when it goes to a person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.money import Money
from agent.signals import Stake
from escalation.policy_files import PolicyError
from escalation.records import Reason, Urgency
from escalation.routing import ROUTING_FILE, Crew, Need, Routing
from escalation.triggers import Triggers

ROUTING = Routing.load()
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
NIGHT = datetime(2026, 11, 27, 23, tzinfo=UTC)

FULL = {name: Crew(members=3, on=2) for name in ROUTING.queues}


def need(reason: Reason = Reason.ASKED_FOR_PERSON, urgency: Urgency = Urgency.NORMAL, **more: Any) -> Need:
    return Need(reason, urgency, **({"queue": "general"} | more))


def euros(amount: int, currency: str = "EUR") -> Money:
    return Money(amount * 100, currency)


# route: what makes it hold, and what just does not. Thresholds stand here once more on purpose.
TABLE: dict[str, tuple[Need, list[Need]]] = {
    "danger": (need(Reason.SAFETY), [need()]),
    "bereaved-or-in-distress": (need(Reason.HARDSHIP), [need(Reason.COMPLAINT)]),
    "fraud-is-likely": (
        need(stakes={Stake.fraud: 0.5}),
        [need(stakes={Stake.fraud: 0.49}), need(Reason.FRAUD)],
    ),
    "large-approval": (
        need(Reason.APPROVAL_NEEDED, amount=euros(500)),
        [
            need(Reason.APPROVAL_NEEDED, amount=euros(499)),
            need(Reason.APPROVAL_NEEDED, amount=euros(5000, "USD")),  # no rate of exchange here
            need(Reason.APPROVAL_NEEDED),
            need(amount=euros(500)),
        ],
    ),
    "legal": (need(Reason.LEGAL), [need(Reason.COMPLAINT)]),
}


def test_the_table_of_this_test_names_every_route() -> None:
    assert [route.route for route in ROUTING.routes] == list(TABLE)


@pytest.mark.parametrize("route", TABLE)
def test_a_route_holds_at_its_conditions_and_not_just_below(route: str) -> None:
    holds, below = TABLE[route]
    assert ROUTING.assign(holds, NOON).route == route
    assert [ROUTING.assign(one, NOON).route for one in below] == [None] * len(below)


def test_every_queue_that_a_trigger_names_is_one() -> None:
    assert {rule.queue for rule in Triggers.load().rules} <= set(ROUTING.queues)


def test_where_no_route_holds_the_trigger_decides_and_an_unknown_queue_is_the_default_one() -> None:
    assert ROUTING.assign(need(queue="complaints"), NOON).queue == "complaints"
    assert ROUTING.assign(need(queue="a queue of last year"), NOON).queue == "general"


def routing(**changes: Any) -> Routing:
    return Routing.model_validate(yaml.safe_load(ROUTING_FILE.read_text("utf-8")) | changes)


@pytest.mark.parametrize(
    ("when", "held", "not_held"),
    [
        ({"language": ["de", "fr"]}, need(language="fr"), [need(language="es"), need()]),
        ({"tier": ["gold"]}, need(tier="gold"), [need(tier="silver"), need()]),
        ({"urgency": "high"}, need(urgency=Urgency.URGENT), [need()]),
        ({"queue": ["payments"]}, need(queue="payments"), [need()]),
        ({"upset": True}, need(upset=True), [need()]),
        (
            {"upset": True, "tier": ["gold"]},
            need(upset=True, tier="gold"),
            [need(upset=True), need(tier="gold")],
        ),
        ({"stakes": {"minor": 0.3}}, need(stakes={Stake.minor: 0.3}), [need(stakes={Stake.fraud: 1.0})]),
    ],
)
def test_a_route_may_look_at(when: dict[str, Any], held: Need, not_held: list[Need]) -> None:
    mine = routing(routes=[{"route": "mine", "when": when, "queue": "care", "skills": ["s"]}])
    assigned = mine.assign(held, NOON)
    assert (assigned.route, assigned.queue, assigned.skills) == ("mine", "care", ("s",))
    assert [mine.assign(one, NOON).route for one in not_held] == [None] * len(not_held)


def test_skills_of_route_and_queue_add_up() -> None:
    queues = {"general": {"hours": "shop", "sla": "standard", "skills": ["a", "b"]}}
    mine = routing(
        queues=queues,
        routes=[{"route": "r", "when": {"upset": True}, "queue": "general", "skills": ["c", "a"]}],
    )
    assert mine.assign(need(upset=True), NOON).skills == ("c", "a", "b")


# --- the promise


@pytest.mark.parametrize(
    ("urgency", "at", "due"),
    [
        (Urgency.URGENT, NOON, NOON + timedelta(minutes=5)),
        (Urgency.NORMAL, NOON, NOON + timedelta(minutes=60)),
        (Urgency.NORMAL, NIGHT, datetime(2026, 11, 28, 10, tzinfo=UTC)),  # an hour after it opens on Saturday
        (Urgency.LOW, datetime(2026, 11, 28, 16, tzinfo=UTC), datetime(2026, 11, 30, 11, tzinfo=UTC)),
    ],
)
def test_a_first_word_is_due_in_open_time(urgency: Urgency, at: datetime, due: datetime) -> None:
    assert ROUTING.assign(need(urgency=urgency), at).due == due


def test_a_queue_that_never_opens_promises_nothing_and_still_takes_the_conversation() -> None:
    mine = routing(hours={"shop": {"zone": "UTC", "week": {}}})
    assigned = mine.assign(need(), NOON, {"general": Crew(1, 1)})
    assert (assigned.queue, assigned.due) == ("general", None)


# --- where nobody is


NOBODY = dict.fromkeys(ROUTING.queues, Crew(0, 0))


@pytest.mark.parametrize(
    ("crews", "queue"),
    [
        (FULL, "care"),
        (FULL | {"care": Crew(2, 0)}, "complaints"),  # nobody on: the next of its chain
        (FULL | {"care": Crew(2, 0), "complaints": Crew(2, 0)}, "general"),
        (
            dict.fromkeys(ROUTING.queues, Crew(2, 0)),
            "care",
        ),  # nobody on anywhere: its own people come back to it
        (FULL | {"care": Crew(0, 0)}, "complaints"),
        (NOBODY | {"general": Crew(3, 0)}, "general"),  # a queue without members is never waited in …
        (NOBODY, "care"),  # … unless no queue has any
    ],
)
def test_a_conversation_goes_where_somebody_is(crews: dict[str, Crew], queue: str) -> None:
    assigned = ROUTING.assign(need(Reason.SAFETY), NOON, crews)
    assert assigned.queue == queue
    assert assigned.moved_from == ("care" if queue != "care" else None)


def test_a_closed_queue_overflows_only_into_an_open_one() -> None:
    assert ROUTING.assign(need(Reason.SAFETY), NIGHT, FULL).queue == "care"
    mine = routing(
        hours={
            "shop": ROUTING.hours["shop"].model_dump() | {"week": {"fri": ["08:00-20:00"]}, "holidays": {}},
            "night": {"zone": "UTC", "week": {"fri": ["20:00-24:00"]}},
        },
        queues={
            "general": {"hours": "shop", "sla": "standard", "overflow": "night"},
            "night": {"hours": "night", "sla": "standard"},
        },
        routes=[],
    )
    crews = {"general": Crew(2, 0), "night": Crew(1, 1)}
    assert mine.assign(need(), NIGHT, crews).queue == "night"
    assert mine.assign(need(), NOON, crews).queue == "general"
    assert mine.overflow_of("general", NIGHT, crews) == "night"
    assert mine.overflow_of("general", NOON, crews) is None


def test_queues_that_overflow_in_a_ring_end_somewhere() -> None:
    part = {"hours": "shop", "sla": "standard"}
    mine = routing(
        queues={"general": part | {"overflow": "b"}, "b": part | {"overflow": "general"}}, routes=[]
    )
    assert mine.assign(need(), NOON, {"general": Crew(0, 0), "b": Crew(0, 0)}).queue == "general"
    assert mine.overflow_of("b", NOON, {"general": Crew(1, 1), "b": Crew(0, 0)}) == "general"


# --- the file


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"default": "nowhere"},
            "default: there is no 'nowhere'. There is: care, complaints, general, payments.",
        ),
        ({"queues": {}}, "queues: Dictionary should have at least 1 item"),
        ({"queues": {"general": {"hours": "x", "sla": "standard"}}, "routes": []}, "hours: there is no 'x'"),
        ({"queues": {"general": {"hours": "shop", "sla": "x"}}, "routes": []}, "sla: there is no 'x'"),
        (
            {"queues": {"general": {"hours": "shop", "sla": "standard", "overflow": "x"}}, "routes": []},
            "queue 'general': overflow: there is no 'x'",
        ),
        (
            {"routes": [{"route": "r", "when": {}, "queue": "care"}]},
            "route 'r': when: give at least one condition.",
        ),
        (
            {"routes": [{"route": "r", "when": {"tier": ["a"]}, "queue": "x"}]},
            "route 'r': queue: there is no 'x'",
        ),
        (
            {"routes": [{"route": "r", "when": {"mood": 1}, "queue": "care"}]},
            "route 'r': when.mood: Extra inputs",
        ),
        (
            {"routes": [{"route": "r", "when": {"reason": ["fun"]}, "queue": "care"}]},
            "route 'r': when.reason.0",
        ),
        ({"routes": [{"route": "r", "when": {"amount": -1}, "queue": "care"}]}, "route 'r': when.amount"),
        ({"routes": [{"route": "r", "when": {"upset": True}, "queue": "care"}] * 2}, "'r' is there twice"),
        ({"routes": ["care"]}, "route number 1"),
        (
            {"sla": {"standard": {"urgent": {"first": 5, "next": 5}}}},
            "'standard' promises nothing for low, normal, high",
        ),
        ({"at_risk": 1}, "at_risk: Input should be less than 1"),
        ({"currency": "XXX"}, "currency: 'XXX' is not known"),
        ({"people": {"capacity": 0, "emotional_in_a_row": 3}}, "people: capacity: Input should be"),
        (
            {"hours": {"shop": {"zone": "Mars/Base", "week": {}}}},
            "no time zone; write one like Europe/Dublin",
        ),
        ({"colour": "green"}, "colour: Extra inputs are not permitted."),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place_and_the_mend(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        yaml.safe_dump(yaml.safe_load(ROUTING_FILE.read_text("utf-8")) | change), encoding="utf-8"
    )
    with pytest.raises(PolicyError) as refused:
        Routing.load(file)
    assert "mine.yaml: " in str(refused.value)
    assert told in str(refused.value)


def test_the_version_is_that_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(ROUTING_FILE.read_text("utf-8"), encoding="utf-8")
    assert Routing.load(file).version == ROUTING.version
    file.write_text(ROUTING_FILE.read_text("utf-8") + "# mine\n", encoding="utf-8")
    assert Routing.load(file).version != ROUTING.version
