"""Pages, headers, the interface description, and that nobody's words become markup."""

import errno
import re
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import OperationalError

from agent import entailment
from api.middleware import LastResort
from tests.api.problems import is_problem
from tests.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    "path",
    ["/help/nothing", "/help/%00", "/help/..%2f..%2fpyproject.toml", "/help/delivery?v=9999", "/nowhere"],
)
async def test_a_page_that_does_not_exist_is_a_404_page_for_people(house: World, path: str) -> None:
    response = await house._client().get(path, headers=HTML)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "Tarn &amp; Thistle" in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "query", ["v=abc", "v=99999999999999999999999", "v=-99999999999999999999999", "v=1.5"]
)
async def test_a_version_that_is_none_breaks_nothing(house: World, query: str) -> None:
    is_problem(await house._client().get(f"/help/delivery?{query}"), 422)


@pytest.mark.parametrize(
    "query", ["p=nothing", "p=%3Cscript%3Ealert(1)%3C/script%3E", "p=%00", "p=" + "x" * 5000]
)
async def test_a_passage_that_is_none_shows_the_article_without_a_mark(house: World, query: str) -> None:
    response = await house._client().get(f"/help/delivery?{query}")
    assert response.status_code == 200
    assert "alert(1)" not in response.text


@pytest.mark.parametrize("person", ["€", "cus_nobody", "a\r\nSet-Cookie: x=y", "\0", "x" * 5000])
async def test_the_demo_shop_knows_its_own_customers_only(house: World, person: str) -> None:
    client = house._client()
    response = await client.get("/", params={"as": person})
    assert response.status_code == 303
    assert "x=y" not in response.headers.get_list("set-cookie")
    assert (await client.get("/demo/identity")).json() == {"token": None}


@pytest.mark.parametrize(
    "path",
    ["/", "/help", "/help/delivery", "/console", "/widget/panel", "/widget.js", "/health", "/v1/nothing"],
)
async def test_every_answer_carries_the_headers_that_keep_a_page_from_doing_more_than_it_must(
    house: World, path: str
) -> None:
    headers = (await house._client().get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


# Every way to run or load something that a message could try.
UNSAFE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "link": "[click](javascript:alert(1))",
    "link in disguise": "[click](JaVaScRiPt&colon;alert(1))",
    "data link": "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "bare link": "<javascript:alert(1)>",
    "image by Markdown": "![x](https://tracker.example/pixel.gif)",
    "style": '<p style="position:fixed;inset:0">x</p>',
    "form": '<form action="https://evil.example"><input name=card></form>',
    "frame": '<iframe src="https://evil.example"></iframe>',
    "attribute break": '[x](https://a.example/"onmouseover="alert(1))',
    "reference": "[x][1]\n\n[1]: javascript:alert(1)",
    "half open": "<scr<script>ipt>alert(1)</script>",
    "citation": "Trust me [1] <a class=cite href=https://evil.example>1</a>",
}
# What cleaned HTML may hold: these tags, and of attributes only those of a link.
HARMLESS = re.compile(
    r"</?(p|br|em|strong|a|ul|ol|li|code|pre|blockquote|s|del|hr|table|t[hrd]|thead|tbody)[ />]"
)
ATTRIBUTES = re.compile(r"\s([a-z-]+)=\"")


@pytest.mark.parametrize("text", UNSAFE.values(), ids=UNSAFE)
async def test_markup_in_a_message_is_harmless_whoever_wrote_it(house: World, text: str) -> None:
    visitor = await house.shopper(None)
    await visitor.talk_to_person()
    name = f"Kit{abs(hash(text))}"
    kit = await house.human_agent(name)
    await visitor.send(text, wait=0)
    await kit.claim(visitor.conversation_id)
    await kit.reply(visitor.conversation_id, text)

    written = [m for m in await visitor.thread() if m["kind"] == "text"]

    assert [m["text"] for m in written] == [text, text]
    for message in written:
        for tag in re.findall(r"<[^>]*>", message["html"].lower()):
            assert HARMLESS.match(tag), tag
            assert set(ATTRIBUTES.findall(tag)) <= {"href", "rel", "title"}, (
                tag
            )  # no class: only the AI cites
            assert not re.search(r'href="\s*(?!https?:|mailto:|/|#)', tag), tag


KNOWLEDGE_PAGE = Path(__file__).parents[2] / "docs" / "knowledge.md"


def shape(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


ROUTES = {
    ("post", "/v1/sessions"),
    ("post", "/v1/disclosures"),
    ("post", "/v1/conversations/{conversation_id}/attachments"),
    ("get", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"),
    ("delete", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"),
    ("get", "/v1/desk/attachments/{attachment_id}"),
    ("delete", "/v1/sessions/current"),
    ("post", "/v1/sessions/revocations"),
    ("post", "/v1/conversations/{conversation_id}/step-up"),
    ("post", "/v1/conversations/{conversation_id}/step-up/{step_up_id}"), ("post", "/v1/conversations"), ("get", "/v1/conversations"),
    ("get", "/v1/conversations/{conversation_id}"), ("post", "/v1/conversations/{conversation_id}/messages"),
    ("post", "/v1/conversations/{conversation_id}/handoff"), ("delete", "/v1/conversations/{conversation_id}/handoff"),
    ("get", "/v1/conversations/{conversation_id}/events"),
    ("get", "/v1/conversations/{conversation_id}/briefing"), ("post", "/v1/conversations/{conversation_id}/briefing/corrections"),
    ("post", "/v1/proposals/{proposal_id}/confirm"), ("post", "/v1/proposals/{proposal_id}/cancel"),
    ("post", "/v1/desk/sign-in"), ("post", "/v1/desk/sign-out"), ("get", "/v1/desk/me"),
    ("get", "/v1/desk/conversations"), ("get", "/v1/desk/conversations/{conversation_id}"),
    ("post", "/v1/desk/conversations/{conversation_id}/claim"),
    ("post", "/v1/desk/conversations/{conversation_id}/replies"),
    ("post", "/v1/desk/conversations/{conversation_id}/notes"),
    ("post", "/v1/desk/conversations/{conversation_id}/hand-back"),
    ("post", "/v1/desk/conversations/{conversation_id}/resolve"), ("get", "/v1/desk/events"),
    ("post", "/v1/conversations/{conversation_id}/typing"), ("get", "/v1/desk/wrap-ups"),
    ("get", "/v1/desk/conversations/{conversation_id}/customer"), ("post", "/v1/desk/conversations/{conversation_id}/activity"),
    ("post", "/v1/desk/conversations/{conversation_id}/take-over"),
    ("get", "/v1/desk/messages/{message_id}/turn"), ("post", "/v1/desk/approvals/{approval_id}/approve"), ("post", "/v1/desk/approvals/{approval_id}/refuse"),
    ("post", "/v1/conversations/{conversation_id}/rating"),
    ("post", "/v1/conversations/{conversation_id}/rating/ask"),
    ("post", "/v1/conversations/{conversation_id}/typing"),
    ("get", "/v1/desk/alerts"),
    ("post", "/v1/desk/alerts/{alert_id}/acknowledge"),
    ("get", "/v1/desk/centre"),
    ("get", "/v1/desk/centre.csv"),
    ("post", "/v1/desk/conversations/{conversation_id}/activity"),
    ("get", "/v1/desk/conversations/{conversation_id}/customer"),
    ("get", "/v1/desk/conversations/{conversation_id}/macros"),
    ("post", "/v1/desk/conversations/{conversation_id}/mentions/seen"),
    ("get", "/v1/desk/conversations/{conversation_id}/passages"),
    ("post", "/v1/desk/conversations/{conversation_id}/snooze"),
    ("post", "/v1/desk/conversations/{conversation_id}/suggestions"),
    ("post", "/v1/desk/conversations/{conversation_id}/take-over"),
    ("post", "/v1/desk/conversations/{conversation_id}/transfer"),
    ("post", "/v1/desk/conversations/{conversation_id}/whispers"),
    ("get", "/v1/desk/macros"),
    ("post", "/v1/desk/macros"),
    ("delete", "/v1/desk/macros/{macro_id}"),
    ("put", "/v1/desk/macros/{macro_id}"),
    ("get", "/v1/desk/mentions"),
    ("post", "/v1/desk/next"),
    ("get", "/v1/desk/people"),
    ("get", "/v1/desk/playbooks/{name}"),
    ("put", "/v1/desk/presence"),
    ("get", "/v1/desk/queues"),
    ("post", "/v1/desk/tone"),
    ("get", "/v1/desk/wrap-ups"),
    ("post", "/v1/disclosures"), ("post", "/v1/conversations/{conversation_id}/attachments"),
    ("get", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"),
    ("delete", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"), ("get", "/v1/desk/attachments/{attachment_id}"),
    ("get", "/v1/desk/qa/runs"), ("get", "/v1/desk/qa/runs/{run_id}/report"), ("get", "/v1/desk/qa/runs/{run_id}/comparison"),
    ("get", "/v1/desk/qa/labels/next"), ("put", "/v1/desk/qa/labels/{message_id}"), ("get", "/v1/desk/qa/agreement"),
    ("get", "/v1/desk/qa/conversations/{conversation_id}/case"),
    ("get", "/v1/desk/qa/experiments"), ("get", "/v1/desk/qa/experiments/{experiment}/results"),
    ("post", "/v1/desk/qa/experiments/{experiment}/stop"),
}  # fmt: skip


async def test_the_interface_description_lists_every_route_of_the_architecture(house: World) -> None:
    response = await house._client().get("/openapi.json")
    paths = response.json()["paths"]
    served = {(method, path) for path, methods in paths.items() for method in methods}
    assert served >= ROUTES
    assert {path for _, path in served - ROUTES if not path.startswith("/v1/kb/")} <= {"/health"}


async def test_the_page_on_knowledge_lists_every_route_of_it(house: World) -> None:
    paths = (await house._client().get("/openapi.json")).json()["paths"]
    served = {(m.upper(), p) for p, methods in paths.items() if p.startswith("/v1/kb/") for m in methods}
    told = re.findall(r"`(GET|PUT|POST|DELETE) (/v1/kb/[^`?]*)", KNOWLEDGE_PAGE.read_text(encoding="utf-8"))
    assert {(method, shape(path)) for method, path in told} == {(m, shape(path)) for m, path in served}


async def test_health_says_that_it_serves_and_what_is_degraded(house: World) -> None:
    assert (await house._client().get("/health")).json() == {"status": "ok", "degraded": []}


async def test_health_says_when_sentences_are_checked_by_words_alone(
    house: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entailment, "degraded", lambda: entailment.BY_WORDS_ONLY)
    told = (await house._client().get("/health")).json()
    assert told == {"status": "degraded", "degraded": [entailment.BY_WORDS_ONLY]}


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("INSERT", None, Exception("database or disk is full")),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
async def test_a_full_disk_is_told_with_the_mend(error: Exception) -> None:
    async def full(*_: object) -> None:
        raise error

    async with AsyncClient(transport=ASGITransport(LastResort(full)), base_url="http://candor") as client:
        detail = is_problem(await client.put("/v1/kb/articles/socks/draft"), 507)
    assert "Nothing was saved" in detail
