"""The knowledge base over HTTP: who may enter, and what writing, publishing and reading answer."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from knowledge.database import utc_now
from tests.api.problems import is_problem
from tests.conftest import World
from tests.people import HumanAgent

CARE: dict[str, Any] = {
    "title": "Washing wool",
    "body": "Wash wool at 30 degrees.\n\n## Drying\n\nDry it flat.",
    "tags": ["care"],
    "review_by": "2030-01-31",
    "questions": {"Drying": ["can it go in the tumble dryer"]},
}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aoife(house: World) -> HumanAgent:
    return await house.human_agent()


async def save(agent: HumanAgent, slug: str, base: str | None, **fields: Any) -> Any:
    body = {"base": base, "article": {**CARE, **fields}}
    return await agent.client.put(f"/v1/kb/articles/{slug}/draft", json=body)


async def publish_in_german(
    agent: HumanAgent, slug: str, base: str | None = None, **fields: Any
) -> dict[str, Any]:
    german = {"locale": "de", "title": "Wolle waschen", "questions": {}, **fields}
    draft: dict[str, Any] = (await save(agent, slug, base, **german)).json()
    assert (await publish(agent, draft)).status_code == 201
    return draft


async def publish(agent: HumanAgent, *drafts: dict[str, Any], **more: Any) -> Any:
    ids = [draft["id"] for draft in drafts]
    return await agent.client.post("/v1/kb/publications", json={"drafts": ids, **more})


async def published(agent: HumanAgent, slug: str, **fields: Any) -> dict[str, Any]:
    now = (await agent.client.get(f"/v1/kb/articles/{slug}")).json()
    base = now["newest"]["fingerprint"] if "newest" in now else None
    draft: dict[str, Any] = (await save(agent, slug, base, **fields)).json()
    assert (await publish(agent, draft)).status_code == 201
    return draft


READS = ["articles", "articles/returns", "articles/returns/versions/1", "publications", "search?q=x"]


@pytest.mark.parametrize("path", READS)
async def test_only_people_of_the_desk_read_it(house: World, path: str) -> None:
    shopper = await house.shopper()
    is_problem(await shopper.client.get(f"/v1/kb/{path}"), 401)


async def test_a_page_of_somebody_else_cannot_write(house: World, aoife: HumanAgent) -> None:
    stranger = HumanAgent(house._client(), aoife.account)
    stranger.client.cookies = aoife.client.cookies
    is_problem(await save(stranger, "x", None), 403)
    is_problem(await publish(stranger), 403)


async def test_an_article_is_written_published_and_found(house: World, aoife: HumanAgent) -> None:
    draft = (await save(aoife, "washing-wool", None)).json()
    assert (draft["version"], draft["state"], draft["author"]) == (1, "draft", "Aoife")
    assert draft["html"].startswith("<p>Wash wool at 30 degrees.</p>")
    anyone = house._client()
    assert (await anyone.get("/help/washing-wool")).status_code == 404

    response = await publish(aoife, draft, note="New")
    assert response.status_code == 201
    assert response.json()["changes"] == [{"slug": "washing-wool", "locale": "en", "from": None, "to": 1}]
    assert "30 degrees" in (await anyone.get("/help/washing-wool")).text
    found = (await aoife.client.get("/v1/kb/search", params={"q": "tumble dryer for wool"})).json()
    assert found["found"][0]["article"] == "washing-wool"
    shopper = await house.shopper(None)
    reply = await shopper.ask("Can wool go in the tumble dryer?")
    assert "Dry it flat" in reply["text"]


async def test_the_list_shows_what_is_published_being_written_and_where_it_came_from(
    aoife: HumanAgent,
) -> None:
    base = (await aoife.client.get("/v1/kb/articles/returns")).json()
    await save(aoife, "returns", base["newest"]["fingerprint"], title="Returns anew", questions={})
    items = (await aoife.client.get("/v1/kb/articles")).json()["items"]
    returns = next(item for item in items if item["slug"] == "returns")
    assert (returns["state"], returns["published"]["version"], returns["draft"]["author"]) == (
        "published",
        1,
        "Aoife",
    )
    assert returns["source"]["root"] == "help_centre"


async def test_a_save_over_somebody_elses_is_refused_and_shows_what_it_says_now(aoife: HumanAgent) -> None:
    draft = (await save(aoife, "down", None)).json()
    await save(aoife, "down", draft["fingerprint"], title="Newer")
    refused = await save(aoife, "down", draft["fingerprint"], title="Mine")
    is_problem(refused, 409)
    assert refused.json()["now"]["title"] == "Newer"
    gone = await aoife.client.delete("/v1/kb/articles/down/draft", params={"base": draft["fingerprint"]})
    is_problem(gone, 409)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "article.title"),
        ({"title": "two\nlines"}, "article.title"),
        ({"title": "bell\x07"}, "article.title"),
        ({"body": "\n"}, "article.body"),
        ({"body": "x" * 200_001}, "article.body"),
        ({"body": "nul\x00"}, "article.body"),
        ({"audience": "friends"}, "article.audience"),
        ({"locale": "English!"}, "article.locale"),
        ({"questions": {"No such heading": ["x"]}}, "article.questions"),
        ({"review_by": "soon"}, "article.review_by"),
        ({"colour": "red"}, "article.colour"),
    ],
)
async def test_a_wrong_field_is_named(aoife: HumanAgent, fields: dict[str, Any], field: str) -> None:
    refused = await save(aoife, "unwritten", None, **fields)
    is_problem(refused, 422)
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert (await aoife.client.get("/v1/kb/articles/unwritten")).status_code == 404


@pytest.mark.parametrize("slug", ["Wool", "a b", "%2e%2e", "-", "ü", "a" * 5000])
async def test_a_slug_that_is_none_is_refused(aoife: HumanAgent, slug: str) -> None:
    assert (await save(aoife, slug, None)).status_code in {404, 422}


async def test_two_versions_can_be_compared_and_the_older_published_again(aoife: HumanAgent) -> None:
    await published(aoife, "cotton")
    await published(aoife, "cotton", body="Wash wool at 40 degrees.", questions={})
    diff = (await aoife.client.get("/v1/kb/articles/cotton/diff?from=1&to=2")).json()
    assert [field["name"] for field in diff["fields"]] == ["questions"]
    assert {"kind": "removed", "text": "30"} in diff["body"]
    assert {"kind": "added", "text": "40"} in diff["body"]

    back = await aoife.client.post("/v1/kb/articles/cotton/roll-back", json={"version": 1})
    assert back.status_code == 201
    now = (await aoife.client.get("/v1/kb/articles/cotton")).json()
    assert (now["published"]["version"], now["published"]["body"]) == (3, CARE["body"])
    assert [v["version"] for v in now["versions"]] == [3, 2, 1]
    is_problem(await aoife.client.post("/v1/kb/articles/cotton/roll-back", json={"version": 9}), 404)


async def test_rolling_back_over_a_draft_is_refused(aoife: HumanAgent) -> None:
    version = await published(aoife, "linen")
    await save(aoife, "linen", version["fingerprint"], title="Being written")
    refused = await aoife.client.post("/v1/kb/articles/linen/roll-back", json={"version": 1})
    is_problem(refused, 409)


async def test_a_withdrawn_article_is_gone_for_customers_and_said_so_at_the_citation(
    house: World, aoife: HumanAgent
) -> None:
    await published(aoife, "silk")
    response = await publish(aoife, withdraw=[{"slug": "silk", "locale": "en"}])
    assert response.status_code == 201
    anyone = house._client()
    assert (await anyone.get("/help/silk")).status_code == 404
    assert (await anyone.get("/help/silk?v=1")).status_code == 200


async def test_an_article_in_two_languages_is_read_in_each(house: World, aoife: HumanAgent) -> None:
    await published(aoife, "angora")
    german = await publish_in_german(aoife, "angora", body="Bei 30 Grad waschen.")
    anyone = house._client()
    assert "Wash wool" in (await anyone.get("/help/angora")).text
    page = (await anyone.get("/help/angora?locale=de")).text
    assert '<div class="article" lang="de"><p>Bei 30 Grad waschen.' in page
    assert '<a href="/help/angora?locale=de" lang="de">Wolle waschen</a>' in (await anyone.get("/help")).text

    asked = {"q": "Bei 30 Grad waschen", "locale": "de"}
    found = (await aoife.client.get("/v1/kb/search", params=asked)).json()["found"]
    assert ("angora", "de") in {(one["article"], one["locale"]) for one in found}

    # What is new of the German one is not the English one.
    await publish_in_german(aoife, "angora", german["fingerprint"], body="Bei 20 Grad waschen.")
    old = (await anyone.get(f"/help/angora?v={german['version']}")).text
    assert '<a href="/help/angora?locale=de">Read the current one</a>' in old


async def test_a_citation_of_an_article_that_is_withdrawn_in_its_language_says_so(
    house: World, aoife: HumanAgent
) -> None:
    await published(aoife, "mohair", title="Washing mohair", body="Wash mohair with vinegar.", questions={})
    asked = {"q": "Wash mohair with vinegar?"}
    found = (await aoife.client.get("/v1/kb/search", params=asked)).json()["found"]
    await publish_in_german(aoife, "mohair", body="Mohair mit Essig waschen.")
    await publish(aoife, withdraw=[{"slug": "mohair", "locale": "en"}])
    page = (await house._client().get(found[0]["url"])).text
    assert "This article has been withdrawn" in page
    assert "What it says now" not in page


async def test_that_an_article_began_as_a_gap_is_no_group_for_customers(
    house: World, aoife: HumanAgent
) -> None:
    await published(aoife, "canoes", title="Canoes", tags=["gap"])
    await published(aoife, "kayaks", title="Kayaks", tags=["gap", "boats"])
    index = (await house._client().get("/help")).text
    assert "<h2>Gap</h2>" not in index
    assert "Kayaks" in index.partition("<h2>Boats</h2>")[2].partition("<h2>")[0]
    assert "Canoes" in index.partition("<h2>Other</h2>")[2].partition("<h2>")[0]


async def test_publishing_nothing_or_what_is_no_draft_is_refused(aoife: HumanAgent) -> None:
    is_problem(await publish(aoife), 422)
    draft = await published(aoife, "fleece")
    is_problem(await publish(aoife, draft), 409)


async def test_what_was_edited_after_it_was_looked_at_is_not_published(aoife: HumanAgent) -> None:
    looked_at = (await save(aoife, "hemp", None)).json()
    now = (await save(aoife, "hemp", looked_at["fingerprint"], title="Something else")).json()
    is_problem(await publish(aoife, looked_at, seen={looked_at["id"]: looked_at["fingerprint"]}), 409)
    assert (await publish(aoife, now, seen={now["id"]: now["fingerprint"]})).status_code == 201


async def test_the_link_of_a_citation_shows_the_passage_alone_if_the_article_is_not_for_everybody(
    house: World, aoife: HumanAgent
) -> None:
    await published(aoife, "points", title="Points", body="You get one point for each euro.\n\n## Secret\n\nTen more.", audience="signed_in", questions={})  # fmt: skip
    asked = {"q": "How many points for each euro?", "audience": "signed_in"}
    found = (await aoife.client.get("/v1/kb/search", params=asked)).json()["found"]
    anyone = house._client()
    page = (await anyone.get(found[0]["url"])).text
    assert "one point for each euro" in page
    assert "Ten more" not in page
    for url in ("/help/points", "/help/points?v=1", found[0]["url"].replace("p=", "p=0")):
        assert (await anyone.get(url)).status_code == 404


async def test_an_article_that_does_not_hold_yet_cannot_be_read_by_guessing_its_version(
    house: World, aoife: HumanAgent
) -> None:
    today = utc_now().date()
    later = (today + timedelta(days=2)).isoformat()
    await published(
        aoife, "winter-sale", title="Winter sale", body="41 percent off.", valid_from=later, questions={}
    )
    shopper = await house.shopper()
    for path in ("/help/winter-sale", "/help/winter-sale?v=1"):
        assert (await shopper.client.get(path)).status_code == 404
    await published(
        aoife, "winter-sale", title="Winter sale", body="41 percent off.", valid_from=str(today), questions={}
    )
    assert (await shopper.client.get("/help/winter-sale?v=2")).status_code == 200


async def test_a_preview_is_cleaned(aoife: HumanAgent) -> None:
    body = "**Bold** <script>alert(1)</script> [x](javascript:alert(1))"
    html = (await aoife.client.post("/v1/kb/preview", json={"body": body})).json()["html"]
    assert "<strong>Bold</strong>" in html
    assert "<script" not in html
    assert "href" not in html


async def test_an_internal_article_is_for_the_desk_alone(house: World, aoife: HumanAgent) -> None:
    await published(aoife, "goodwill", title="Goodwill", body="Give a voucher of €15 for scratched kettles.", audience="internal", questions={})  # fmt: skip
    asked = {"q": "voucher for scratched kettles"}
    public = (await aoife.client.get("/v1/kb/search", params=asked)).json()["found"]
    assert "goodwill" not in {found["article"] for found in public}
    inside = (await aoife.client.get("/v1/kb/search", params={**asked, "audience": "internal"})).json()[
        "found"
    ]
    assert inside[0]["article"] == "goodwill"
    assert (await house._client().get("/help/goodwill")).status_code == 404
