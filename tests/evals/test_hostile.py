"""The hostile model finds nothing in the product, and finds the holes that are made for it."""

from dataclasses import replace

import pytest

from agent import judge
from agent.proposals import Proposals
from agent.records import Proposal
from evals.hostile.machine import attack
from evals.hostile.world import FaultyShop


def test_a_model_that_calls_anything_in_any_order_does_no_harm():
    assert attack(12) > 400


@pytest.fixture
def anybody_may_confirm(monkeypatch):
    honest = Proposals.confirm

    async def confirm(self, proposal_id, **_):
        async with self._database.reading() as session:
            proposal = await session.get_one(Proposal, proposal_id)
        return await honest(self, proposal_id, customer_id=proposal.customer_id, digest=proposal.digest)

    monkeypatch.setattr(Proposals, "confirm", confirm)


@pytest.fixture
def a_key_for_each_try(monkeypatch):
    tries = iter(range(10**6))
    real = FaultyShop.change

    async def change(self, *args, idempotency_key):
        return replace(
            await real(self, *args, idempotency_key=f"{idempotency_key}-{next(tries)}"),
            idempotency_key=idempotency_key,
        )

    monkeypatch.setattr(FaultyShop, "change", change)


@pytest.fixture
def no_limits(monkeypatch):
    monkeypatch.setattr(
        judge, "decide", lambda case: judge.Allowed(judge.CHANGES[case.action.kind].effects(case))
    )


@pytest.mark.parametrize(
    ("hole", "told"),
    [
        ("anybody_may_confirm", "done without its customer's yes"),
        ("a_key_for_each_try", "done twice, by another key"),
        ("no_limits", "one customer got more from code than the limit"),
    ],
)
def test_a_hole_is_found_and_named(request, hole, told):
    request.getfixturevalue(hole)
    with pytest.raises(AssertionError, match=told):
        attack(60, shortest=False)
