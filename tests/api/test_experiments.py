"""The QA page's experiments over HTTP: what runs, its figures, the stop."""

from datetime import timedelta

import pytest

from escalation.experiments.lots import Variant
from tests.api.problems import is_problem
from tests.conftest import World
from tests.desk_people import supervisor
from tests.escalation.experiments.lived import lived
from tests.escalation.experiments.plans import plan

EXPERIMENTS = "/v1/desk/qa/experiments"


async def test_a_supervisor_reads_what_runs_and_its_figures_and_stops_it_for_good(world: World) -> None:
    niamh = await supervisor(world)
    await world.parts.experiments.start(plan(), by="command line")
    await lived(world.parts.database, "surer-search", 60, unknown={Variant.B: 0.1}, ago=timedelta(days=2))

    (item,) = (await niamh.client.get(EXPERIMENTS)).json()["items"]
    assert (item["name"], item["runs"], item["share"]) == ("surer-search", True, 1)
    assert item["changes"] == [f"search.enough_{name}: 0.999" for name in ("alone", "mixed", "later")]
    assert [event["kind"] for event in item["events"]] == ["started"]

    found = (await niamh.client.get(f"{EXPERIMENTS}/surer-search/results")).json()
    assert found["customers"] == {"A": 60, "B": 60}
    primary, *others = found["figures"]
    assert (primary["name"], primary["primary"], primary["span"]) == ("resolved_alone", True, "24 hours")
    assert primary["a"]["value"] == 1
    assert primary["b"]["low"] < primary["b"]["value"] < primary["b"]["high"]
    assert primary["compared"]["low"] < primary["compared"]["difference"] < 0
    assert not any(figure["primary"] for figure in others)
    assert [guard["broken"] for guard in found["guardrails"]] == [False]

    stopped = await niamh.client.post(
        f"{EXPERIMENTS}/surer-search/stop", json={"why": "The articles are live."}
    )
    assert stopped.status_code == 204
    (item,) = (await niamh.client.get(EXPERIMENTS)).json()["items"]
    assert not item["runs"]
    assert item["events"][-1] | {"at": ""} == {"kind": "stopped", "by": "Niamh", "why": "The articles are live.", "at": ""}  # fmt: skip
    again = await niamh.client.post(f"{EXPERIMENTS}/surer-search/stop", json={})
    assert "has ended already" in is_problem(again, 409)


async def test_an_experiment_that_there_is_not_is_told_so(world: World) -> None:
    niamh = await supervisor(world)
    assert "There is no experiment 'other'" in is_problem(
        await niamh.client.get(f"{EXPERIMENTS}/other/results"), 404
    )
    assert "There is no experiment" in is_problem(
        await niamh.client.post(f"{EXPERIMENTS}/other/stop", json={}), 404
    )


@pytest.mark.parametrize("body", [{"why": "x" * 301}, {"why": 1}, {"reason": "x"}])
async def test_what_is_not_of_a_stop_is_refused_and_it_goes_on(world: World, body: dict[str, object]) -> None:
    niamh = await supervisor(world)
    await world.parts.experiments.start(plan(), by="command line")
    is_problem(await niamh.client.post(f"{EXPERIMENTS}/surer-search/stop", json=body), 422)
    assert (await world.parts.experiments.find("surer-search")).ended_at is None


async def test_who_is_no_supervisor_neither_reads_nor_stops(world: World) -> None:
    aoife = await world.human_agent()
    await world.parts.experiments.start(plan(), by="command line")
    for answer in (
        await aoife.client.get(EXPERIMENTS),
        await aoife.client.get(f"{EXPERIMENTS}/surer-search/results"),
        await aoife.client.post(f"{EXPERIMENTS}/surer-search/stop", json={}),
    ):
        is_problem(answer, 403)
    assert (await world.parts.experiments.find("surer-search")).ended_at is None
