"""A simulated day at the desk."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.load import arrivals, team
from escalation.records import Urgency
from escalation.routing import Routing
from escalation.simulation import ALWAYS, Order, Outcome, day

ROUTING = Routing.load()


def simulated(order: Order, number: int = 400, agents: int = 3, seed: int = 1) -> Outcome:
    """A busy day at a small desk."""
    return day(arrivals(number, seed), team(agents, ROUTING, seed), ROUTING, order)


def fates(outcome: Outcome) -> list[tuple[object, ...]]:
    return [(case.answered, case.gave_up, case.by) for case in outcome.cases]


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    first, again, other = (simulated(Order.ROUTING, 150, seed=seed) for seed in (1, 1, 2))
    assert fates(first) == fates(again)
    assert fates(first) != fates(other)


def test_both_orders_have_the_same_customers_and_people() -> None:
    by_rule, first_come = simulated(Order.ROUTING, 150), simulated(Order.FIRST_COME, 150)
    assert [case.arrival for case in by_rule.cases] == [case.arrival for case in first_come.cases]
    assert len(by_rule.load) == len(first_come.load) == 3


@pytest.mark.parametrize("order", Order)
def test_everybody_is_answered_or_has_given_up_and_is_counted_once(order: Order) -> None:
    outcome = simulated(order)
    assert len(outcome.cases) == 400
    assert all((case.answered is None) != (case.gave_up is None) for case in outcome.cases)
    assert sum(outcome.load) == sum(case.answered is not None for case in outcome.cases)
    assert sum(len(waits) for waits in outcome.waits.values()) == sum(outcome.load)
    assert all(case.answered is None or case.answered > case.arrival.at for case in outcome.cases)


@pytest.mark.parametrize("order", Order)
def test_nobody_ever_holds_more_than_they_are_offered(order: Order) -> None:
    outcome = simulated(order)
    for person in {case.by for case in outcome.cases if case.by}:
        begins = [
            (case.answered - case.arrival.first_words, 1) for case in outcome.cases if case.by == person
        ]
        ends = [(case.answered + case.arrival.handling, -1) for case in outcome.cases if case.by == person]
        held = most = 0
        for _, step in sorted([*begins, *ends]):  # whoever leaves at a moment makes room at it
            held += step
            most = max(most, held)
        assert most <= ROUTING.people.capacity


def test_under_load_routing_keeps_more_promises_than_first_come_first_served() -> None:
    by_rule, first_come = simulated(Order.ROUTING), simulated(Order.FIRST_COME)
    assert by_rule.kept["all"] > first_come.kept["all"]
    for urgency in (Urgency.URGENT, Urgency.HIGH):
        assert by_rule.kept[urgency] >= first_come.kept[urgency]
    assert by_rule.kept[Urgency.HIGH] > first_come.kept[Urgency.HIGH]


def test_nobody_starves_under_routing() -> None:
    by_rule, first_come = simulated(Order.ROUTING), simulated(Order.FIRST_COME)
    longest = {
        order: max(max(w) for w in o.waits.values() if w) for order, o in ((1, by_rule), (2, first_come))
    }
    assert longest[1] < 1.5 * longest[2]


def test_with_a_cap_fewer_hard_conversations_come_in_a_row() -> None:
    people = team(3, ROUTING, 1)
    customers = [
        replace(a, need=replace(a.need, upset=index % 3 > 0)) for index, a in enumerate(arrivals(300, 1))
    ]
    without = ROUTING.model_copy(
        update={"people": ROUTING.people.model_copy(update={"emotional_in_a_row": ALWAYS})}
    )
    capped = day(customers, people, ROUTING, Order.ROUTING).hardest_row
    assert capped < day(customers, people, without, Order.ROUTING).hardest_row


def test_a_day_without_anybody_is_a_day() -> None:
    empty = day([], team(1, ROUTING, 1), ROUTING, Order.ROUTING)
    assert (list(empty.cases), empty.load) == ([], [0])


def test_a_team_of_one_has_every_skill_and_a_customer_is_worth_some_minutes() -> None:
    [person] = team(1, ROUTING, 1)
    assert person.skills == {"care", "payments", "legal"}
    assert all(timedelta() < a.first_words < timedelta(hours=1) for a in arrivals(1000, 1))
