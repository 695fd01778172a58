"""Importing at the console: files are read in the background, and the report says what came of each."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.api.problems import is_problem
from tests.conftest import World
from tests.people import HumanAgent

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = ("files", ("socks.md", b"# Socks\n\nWash socks at 60 degrees.", "text/markdown"))
CSV = ("files", ("faq.csv", b"question,answer\nDo you knit?,Yes.\nDo you sew?,\n", "text/csv"))
BROKEN = ("files", ("noise.pdf", b"\x00\x01\x02", "application/pdf"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aoife(house: World) -> HumanAgent:
    return await house.human_agent("Aoibhinn")


async def ended(agent: HumanAgent, run: dict[str, Any]) -> dict[str, Any]:
    for _ in range(300):
        now: dict[str, Any] = (await agent.client.get(f"/v1/kb/imports/{run['id']}")).json()
        if now["finished_at"]:
            return now
        await asyncio.sleep(0.05)
    raise AssertionError("the import does not end")


async def test_uploaded_files_become_drafts_and_what_could_not_be_read_is_told(aoife: HumanAgent) -> None:
    begun = await aoife.client.post("/v1/kb/imports", files=[GOOD, CSV, BROKEN], data={"root": "spring"})
    assert begun.status_code == 202
    run = await ended(aoife, begun.json())
    assert (run["root"], run["by"], run["failure"]) == ("spring", "Aoibhinn", None)
    assert run["report"]["new"] == [
        {"slug": "socks", "locale": "en"},
        {"slug": "do-you-knit", "locale": "en"},
    ]
    assert [problem["path"] for problem in run["report"]["not_taken"]] == ["faq.csv#line-3", "noise.pdf"]
    assert (await aoife.client.get("/v1/kb/articles/socks")).json()["draft"]["author"] == "spring"
    published = await aoife.client.post("/v1/kb/publications", json={"drafts": run["report"]["drafts"]})
    assert published.status_code == 201

    again = await ended(aoife, (await aoife.client.post("/v1/kb/imports", files=[GOOD], data={"root": "spring"})).json())  # fmt: skip
    assert (again["report"]["unchanged"], again["report"]["missing"]) == (1, [])
    listed = (await aoife.client.get("/v1/kb/imports")).json()["items"]
    assert [item["id"] for item in listed[:2]] == [again["id"], run["id"]]


async def test_a_whole_folder_tells_what_is_gone_from_it_and_single_files_do_not(aoife: HumanAgent) -> None:
    hats = ("files", ("hats.md", b"# Hats\n\nWe sell hats.", "text/markdown"))
    gloves = ("files", ("gloves.md", b"# Gloves\n\nWe sell gloves.", "text/markdown"))
    for files, complete, missing in (
        ([hats, gloves], "true", []),
        ([hats], "false", []),
        ([hats], "true", [{"slug": "gloves", "locale": "en"}]),
    ):
        data = {"root": "autumn", "complete": complete}
        begun = await aoife.client.post("/v1/kb/imports", files=files, data=data)
        assert (await ended(aoife, begun.json()))["report"]["missing"] == missing
    wrong = await aoife.client.post("/v1/kb/imports", files=[hats], data={"complete": "perhaps"})
    assert "complete" in is_problem(wrong, 422)


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "C:\\x.md", "nul\x00.md", "ü" * 300 + ".md", ""])
async def test_no_name_of_a_file_leads_anywhere(aoife: HumanAgent, name: str) -> None:
    response = await aoife.client.post(
        "/v1/kb/imports", files=[("files", (name, b"# A title\n\nText.", "text/markdown"))]
    )
    assert response.status_code in {202, 400, 422}
    if response.status_code == 202:
        report = (await ended(aoife, response.json()))["report"]
        assert not any("/" in new["slug"] or "." in new["slug"] for new in report["new"])


async def test_web_pages_are_off_until_a_setting_allows_them(aoife: HumanAgent) -> None:
    refused = await aoife.client.post("/v1/kb/imports", json={"urls": ["https://example.org/"]})
    assert "CANDOR_IMPORT_WEB" in is_problem(refused, 403)


@pytest.mark.parametrize(
    "body",
    [{}, {"urls": []}, {"urls": ["ftp://x"]}, {"urls": [1]}, {"urls": ["https://x.example"], "more": 1}, []],
)
async def test_a_wrong_body_is_told(aoife: HumanAgent, body: Any) -> None:
    is_problem(await aoife.client.post("/v1/kb/imports", json=body), 422)


async def test_an_upload_without_files_is_told(aoife: HumanAgent) -> None:
    response = await aoife.client.post("/v1/kb/imports", files=[("other", ("a.md", b"x", "text/plain"))])
    assert "files" in is_problem(response, 422)


@pytest.mark.parametrize("root", ["spring\x1b[31m", "a\0b", "r" * 201])
async def test_a_root_that_is_no_name_is_told(aoife: HumanAgent, root: str) -> None:
    uploaded = await aoife.client.post("/v1/kb/imports", files=[GOOD], data={"root": root})
    named = await aoife.client.post("/v1/kb/imports", json={"urls": ["https://x.example"], "root": root})
    for response in (uploaded, named):
        assert is_problem(response, 422).startswith("root: must be a name")


async def test_strangers_import_nothing_and_see_nothing(house: World, aoife: HumanAgent) -> None:
    stranger = house._client()
    stranger.headers["X-Candor-Desk"] = "1"
    is_problem(await stranger.post("/v1/kb/imports", files=[GOOD]), 401)
    is_problem(await stranger.get("/v1/kb/imports"), 401)
    without_header = house._client()
    without_header.cookies = aoife.client.cookies
    is_problem(await without_header.post("/v1/kb/imports", files=[GOOD]), 403)


async def test_an_import_that_is_not_there_is_told(aoife: HumanAgent) -> None:
    is_problem(await aoife.client.get("/v1/kb/imports/00000000-0000-4000-8000-000000000000"), 404)
