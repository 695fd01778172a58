"""Who takes part, and with which variant."""

import subprocess
import sys

import pytest

from agent.records import Conversation
from escalation.experiments.lots import Variant, draw, who_of

PEOPLE = [f"customer cus_{number}" for number in range(20_000)]


def test_a_draw_is_the_same_in_every_process() -> None:
    told = "from escalation.experiments.lots import draw; print([draw('e', f'customer {n}', .5).variant for n in range(40)])"
    outputs = {
        subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", told],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{[draw('e', f'customer {n}', 0.5).variant for n in range(40)]}\n"}


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1])
def test_so_many_take_part_and_half_of_them_get_each_variant(share: float) -> None:
    drawn = [draw("surer-search", who, share).variant for who in PEOPLE]
    part = [variant for variant in drawn if variant is not None]
    assert len(part) / len(PEOPLE) == pytest.approx(share, abs=0.01)
    assert part.count(Variant.B) / len(part) == pytest.approx(0.5, abs=0.02 / share**0.5)


def test_a_larger_share_keeps_everybody_who_took_part_and_their_variant() -> None:
    few = {who: draw("surer-search", who, 0.2).variant for who in PEOPLE}
    many = {who: draw("surer-search", who, 0.6).variant for who in PEOPLE}
    assert all(many[who] is variant for who, variant in few.items() if variant is not None)


def test_two_experiments_draw_apart_from_each_other() -> None:
    both = [(draw("one", who, 1).variant, draw("two", who, 1).variant) for who in PEOPLE]
    for pair in ((a, b) for a in Variant for b in Variant):
        assert both.count(pair) / len(both) == pytest.approx(0.25, abs=0.02)


def test_a_unit_is_one_persons_in_one_experiment_and_names_nobody() -> None:
    assert draw("one", "customer a", 1).unit == draw("one", "customer a", 0.1).unit
    assert (
        len({draw(name, who, 1).unit for name in ("one", "two") for who in ("customer a", "customer b")}) == 4
    )


def test_a_customer_is_one_in_every_browser_and_no_visitor() -> None:
    at_home, at_work = (
        Conversation(case_number=n, customer_id="c", visitor_id=v) for n, v in (("1", "x"), ("2", "y"))
    )
    visitor = Conversation(case_number="3", visitor_id="c")
    assert who_of(at_home) == who_of(at_work) != who_of(visitor)
