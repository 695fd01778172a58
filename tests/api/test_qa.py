"""The QA page's part of the HTTP interface: runs, labels, agreement, cases from conversations."""

from pathlib import Path
from typing import Any

import yaml

from evals.suites.case import SuiteFile
from tests.conftest import World
from tests.desk_people import supervisor
from tests.evals.runs_made import result, written
from tests.people import HumanAgent

QA = "/v1/desk/qa"
JSON = dict[str, Any]


def runs_of(world: World) -> Path:
    folder = world.parts.settings.runs_folder
    folder.mkdir(parents=True)
    return folder


async def get(person: HumanAgent, path: str) -> JSON:
    response = await person.client.get(f"{QA}{path}")
    assert response.status_code == 200, response.text
    found: JSON = response.json()
    return found


async def say(person: HumanAgent, message_id: str, judgement: str, note: str = "") -> int:
    body = {"judgement": judgement, "note": note}
    return (await person.client.put(f"{QA}/labels/{message_id}", json=body)).status_code


async def asked(world: World, *questions: str) -> None:
    shopper = await world.shopper("cus_maeve")
    for question in questions:
        await shopper.ask(question)


async def test_runs_come_newest_first_and_what_cannot_be_read_is_told_without_the_machines_folders(
    world: World,
) -> None:
    folder = runs_of(world)
    written(folder / "20261127", [result("a", True), result("b", False)])
    written(folder / "20261128", [result("a", True), result("a", False, repeat=1)], repeats=2)
    (folder / "20261126").mkdir()
    (folder / "20261126" / "run.json").write_text("{}", encoding="utf-8")

    found = await get(await supervisor(world), "/runs")

    assert [(run["id"], run["passed"], run["of"], run["flaky"]) for run in found["items"]] == [
        ("20261128", 0, 1, ["actions/a"]),
        ("20261127", 1, 2, []),
    ]
    assert found["problems"][0].startswith("20261126/run.json is no run's")


async def test_a_report_and_a_comparison_are_pages_that_may_run_and_load_nothing(world: World) -> None:
    folder = runs_of(world)
    written(folder / "r1", [result("a", True)])
    written(folder / "r2", [result("a", False)])
    client = (await supervisor(world)).client

    for path, words in (
        ("r2/report", "Every case that failed (1)"),
        ("r2/comparison?baseline=r1", "Worse (1)"),
    ):
        page = await client.get(f"{QA}/runs/{path}")
        assert page.status_code == 200
        assert words in page.text
        assert page.headers.get_list("content-security-policy") == [
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        ]


async def test_no_name_of_a_run_leads_out_of_the_folder(world: World) -> None:
    folder = runs_of(world)
    written(folder.parent / "outside", [result("a", True)])
    client = (await supervisor(world)).client
    for name in ("..", "%2e%2e", "..%2Foutside", "outside", "nothing"):
        assert (await client.get(f"{QA}/runs/{name}/report")).status_code in (404, 422), name


async def test_runs_without_a_case_in_common_are_named_as_such(world: World) -> None:
    folder = runs_of(world)
    written(folder / "r1", [result("a", True, suite="privacy")])
    written(folder / "r2", [result("a", True, suite="tone")])
    answer = await (await supervisor(world)).client.get(f"{QA}/runs/r2/comparison?baseline=r1")
    assert answer.status_code == 404
    assert "baseline of another suite" in answer.json()["detail"]


async def test_two_label_an_answer_blind_to_each_other_and_their_agreement_is_told(world: World) -> None:
    await asked(world, "How long can I return a scarf?", "How much is express delivery?")
    niamh, oisin = await supervisor(world, "Niamh"), await supervisor(world, "Oisin")

    first = await get(niamh, "/labels/next")
    assert first["left"] == 2
    assert first["answer"]["before"][-1]["by"] == "customer"
    assert await say(niamh, first["answer"]["message_id"], "wrong", "The window is 30 days.") == 204

    theirs = await get(oisin, "/labels/next")
    assert theirs["answer"]["message_id"] == first["answer"]["message_id"], (
        "what waits for a second comes first"
    )
    assert "The window" not in str(theirs)
    assert "wrong" not in str(theirs)
    assert (await get(oisin, "/agreement"))["disagreements"] == []
    assert await say(oisin, theirs["answer"]["message_id"], "right") == 204

    second = (await get(oisin, "/labels/next"))["answer"]["message_id"]
    assert second != first["answer"]["message_id"]
    for person in (oisin, niamh):
        assert await say(person, second, "right") == 204
        assert (await get(person, "/labels/next"))["answer"] is None

    found = await get(niamh, "/agreement")
    assert (found["pairs"], found["agreed"], found["waiting_for_second"]) == (2, 1, 0)
    assert found["kappa"] == 0  # wrong-right and right-right: as often as chance
    [pair] = found["disagreements"]
    assert [(word["by"], word["judgement"]) for word in pair["words"]] == [
        ("Niamh", "wrong"),
        ("Oisin", "right"),
    ]


async def test_a_word_can_be_changed_until_the_second_has_spoken_and_a_third_is_not_asked(
    world: World,
) -> None:
    await asked(world, "How long can I return a scarf?")
    niamh, oisin, third = [await supervisor(world, name) for name in ("Niamh", "Oisin", "Tara")]
    answer = (await get(niamh, "/labels/next"))["answer"]["message_id"]

    assert await say(niamh, answer, "wrong") == 204
    assert await say(niamh, answer, "harm") == 204
    assert (await get(niamh, "/agreement"))["waiting_for_second"] == 1
    assert await say(oisin, answer, "harm") == 204

    assert await say(niamh, answer, "right") == 409
    assert await say(third, answer, "right") == 409
    assert (await get(third, "/labels/next"))["answer"] is None
    [fault] = (await get(third, "/agreement"))["faults"]
    assert {word["judgement"] for word in fault["words"]} == {"harm"}


async def test_only_answers_of_the_ai_can_be_labelled(world: World) -> None:
    shopper = await world.shopper("cus_maeve")
    await shopper.ask("How long can I return a scarf?")
    niamh = await supervisor(world)
    thread = await shopper.thread()
    for message in thread:
        expected = 204 if message["author"]["kind"] == "ai" else 404
        assert await say(niamh, message["id"], "right") == expected, message


async def test_a_conversation_becomes_a_case_that_the_suites_can_read_without_the_customers_data(
    world: World,
) -> None:
    shopper = await world.shopper("cus_jonas")
    await shopper.ask("My mail is jonas.private@example.org. How long can I return a scarf?")
    client = (await supervisor(world)).client

    answer = await client.get(f"{QA}/conversations/{shopper.conversation_id}/case")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert "jonas.private" not in answer.text
    SuiteFile.model_validate(yaml.safe_load(answer.text))
    gone = await client.get(f"{QA}/conversations/00000000-0000-4000-8000-000000000000/case")
    assert gone.status_code == 404
    assert str(world.parts.settings.data_dir) not in gone.text
