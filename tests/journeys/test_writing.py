"""What helps a person of the desk to write: suggestions, citations, macros, tone, mentions and whispers, over HTTP."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from httpx import Response
from sqlmodel import col, select, update

from agent.records import Message, Proposal, TurnRecord
from escalation import copilot as copilots
from escalation.records import Macro, Role, StaffAccount
from tests.conftest import World
from tests.people import HumanAgent, Shopper

JSON = dict[str, Any]
QUESTION = "How long does standard delivery to Germany take?"


async def waiting(world: World, *said: str, customer: str | None = "cus_maeve") -> Shopper:
    """A customer who has written and then asked for a person."""
    shopper = await world.shopper(customer)
    for text in said:
        await shopper.ask(text)
    await shopper.talk_to_person()
    return shopper


async def held(world: World, *said: str, customer: str | None = "cus_maeve") -> tuple[Shopper, HumanAgent]:
    """The same, claimed by Aoife."""
    shopper, aoife = await waiting(world, *said, customer=customer), await world.human_agent("Aoife")
    assert (await aoife.claim(shopper.conversation_id)).status_code == 200
    return shopper, aoife


async def supervisor(world: World, name: str = "Niamh") -> HumanAgent:
    niamh = await world.human_agent(name)
    async with world.parts.database.transaction() as session:
        mine = update(StaffAccount).where(col(StaffAccount.id) == UUID(niamh.account["id"]))
        await session.exec(mine.values(role=Role.SUPERVISOR))
    return niamh


async def suggested(agent: HumanAgent, conversation_id: str) -> JSON:
    answer = await agent.client.post(f"/v1/desk/conversations/{conversation_id}/suggestions")
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


async def found(agent: HumanAgent, conversation_id: str, question: str) -> list[JSON]:
    answer = await agent.client.get(
        f"/v1/desk/conversations/{conversation_id}/passages", params={"q": question}
    )
    assert answer.status_code == 200, answer.text
    items: list[JSON] = answer.json()["items"]
    return items


async def cite(agent: HumanAgent, conversation_id: str, text: str, *passages: JSON) -> Response:
    named = [{key: one[key] for key in ("article", "version", "hash")} for one in passages]
    return await agent.client.post(
        f"/v1/desk/conversations/{conversation_id}/replies",
        json={"client_id": uuid4().hex, "text": text, "citations": named},
    )


async def records(world: World) -> tuple[int, int, int]:
    """How many messages, proposals and turns there are."""
    async with world.parts.database.reading() as session:
        return tuple([len((await session.exec(select(t))).all()) for t in (Message, Proposal, TurnRecord)])  # type: ignore[return-value]


# --- suggested replies ---------------------------------------------------------------------------------------


async def test_a_suggestion_quotes_the_help_centre_and_leaves_nothing_behind(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    before = await records(world)

    draft = await suggested(aoife, maeve.conversation_id)

    assert "3–6 working days" in draft["text"]
    assert draft["known"]
    assert draft["citations"][0]["url"].startswith("/help/delivery")
    assert 'class="cite"' in draft["html"]
    assert draft["written_by"] == "offline"
    assert await records(world) == before


async def test_a_suggestion_knows_the_customers_own_order_and_asks_for_a_change_of_nothing(
    world: World,
) -> None:
    maeve, aoife = await held(world, "Where is my order TT-10411?")
    assert "TT-10411" in (await suggested(aoife, maeve.conversation_id))["text"]
    before = await records(world)

    await maeve.send("Please cancel order TT-10432, I ordered it by mistake", wait=0)
    change = await suggested(aoife, maeve.conversation_id)

    assert (change["text"], change["known"]) == ("", False)
    assert "cancel" in change["why"]
    assert (await records(world))[1] == before[1]


async def test_a_visitors_suggestion_never_tells_of_orders_and_without_a_question_there_is_none(
    world: World,
) -> None:
    visitor, aoife = await held(world, "Where is my order TT-10411?", customer=None)
    assert not (await suggested(aoife, visitor.conversation_id))["known"]

    silent = await waiting(world, customer=None)
    assert (await suggested(aoife, silent.conversation_id))["why"] == copilots.NOTHING_ASKED
    missing = await aoife.client.post(f"/v1/desk/conversations/{uuid4()}/suggestions")
    assert missing.status_code == 404


async def test_a_model_drafts_for_the_person_and_what_rests_on_nothing_is_cut(
    scripted: Callable[..., Any],
) -> None:
    draft = "Standard delivery to Germany takes 3–6 working days [1]. I have refunded €50 to your card."
    async with scripted("Hello!", draft) as world:
        maeve, aoife = await held(world, "Hello, do you have gifts?")
        await maeve.send(QUESTION, wait=0)
        before = await tokens(world)
        told = await suggested(aoife, maeve.conversation_id)

        assert told["text"] == "Standard delivery to Germany takes 3–6 working days [1]."
        assert {row["sentence"] for row in told["cut"]} >= {"I have refunded €50 to your card."}
        assert await tokens(world) > before
        system = world.parts.copilot.turn.providers.writers[0].model.seen[1][0].content
        assert "You draft a reply for a colleague" in system
        assert "propose_" not in system


async def test_a_model_that_never_answers_gives_way_to_the_offline_draft(
    scripted: Callable[..., Any],
) -> None:
    async with scripted("Hello!", [asyncio.Event()]) as world:
        maeve, aoife = await held(world, "Hello, do you have gifts?")
        await maeve.send(QUESTION, wait=0)
        world.parts.copilot.turn.limits = copilots.TurnLimits(rounds=4, seconds=0.2, patient=False)

        told = await suggested(aoife, maeve.conversation_id)

        assert "3–6 working days" in told["text"]
        assert told["written_by"] == "offline"


async def tokens(world: World) -> int:
    async with world.parts.database.reading() as session:
        return sum((await session.exec(select(TurnRecord.tokens))).all())


# --- citations -----------------------------------------------------------------------------------------------


async def test_a_cited_passage_is_a_footnote_for_the_customer_like_the_ais(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    by_ai = next(m for m in await maeve.thread() if m["author"]["kind"] == "ai")
    passage, other = (await found(aoife, maeve.conversation_id, QUESTION))[:2]

    answer = await cite(
        aoife, maeve.conversation_id, "Three to six days, as our page says [2].", other, passage
    )

    assert answer.status_code == 201, answer.text
    said = (await maeve.thread())[-1]
    assert said["text"] == "Three to six days, as our page says [1]."
    assert said["author"]["kind"] == "human"
    [citation] = said["citations"]
    assert (citation["number"], citation["hash"], citation["url"]) == (1, passage["hash"], passage["url"])
    assert citation.keys() == by_ai["citations"][0].keys()
    assert 'class="cite"' in said["html"]
    page = await maeve.client.get(citation["url"].partition("#")[0])
    assert "Cited passage" in page.text


async def test_what_the_customer_cannot_read_is_found_but_not_cited(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    items = await found(aoife, maeve.conversation_id, "How much goodwill may I give for a late parcel?")
    internal = next(one for one in items if one["audience"] == "internal")

    refused = await cite(aoife, maeve.conversation_id, "As said [1].", internal)

    assert not internal["citable"]
    assert refused.status_code == 422
    assert "cannot read" in refused.json()["detail"]


async def test_unknown_and_outdated_passages_are_refused_with_what_to_do(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    [passage, *_] = await found(aoife, maeve.conversation_id, QUESTION)
    for wrong in ({"hash": "0" * 16}, {"version": 99}, {"article": "no-such-article"}):
        refused = await cite(aoife, maeve.conversation_id, "Three to six [1].", passage | wrong)
        assert refused.status_code == 422
        assert "Search again" in refused.json()["detail"]

    drafts = world.parts.knowledge.drafts
    row = await world.parts.knowledge.article(passage["article"])
    assert row is not None
    article = row.article.__class__(**{**row.article.__dict__, "body": row.body + "\n\nAnd one more line."})
    draft = await drafts.save(article, by="Aoife", base=row.fingerprint)
    await world.parts.knowledge.publish([draft.id])

    old = await cite(aoife, maeve.conversation_id, "Three to six [1].", passage)
    assert old.status_code == 422
    assert "not the published one any more" in old.json()["detail"]
    assert [m for m in await maeve.thread() if m["author"]["kind"] == "human"] == []


async def test_only_the_holder_cites_and_a_reply_without_citations_is_as_before(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    declan = await world.human_agent("Declan")
    [passage, *_] = await found(declan, maeve.conversation_id, QUESTION)

    assert (await cite(declan, maeve.conversation_id, "Three to six [1].", passage)).status_code == 409
    assert (await aoife.reply(maeve.conversation_id, "Three to six [1].")).status_code == 201
    assert (await maeve.thread())[-1]["citations"] == []


# --- macros --------------------------------------------------------------------------------------------------


async def test_the_demo_brings_macros_and_each_is_filled_for_the_conversation(world: World) -> None:
    maeve, aoife = await held(world, "Where is my order TT-10411?")

    listed = (await aoife.client.get(f"/v1/desk/conversations/{maeve.conversation_id}/macros")).json()[
        "items"
    ]

    hello = next(one for one in listed if one["name"] == "Hello and thanks")
    assert hello["text"].startswith("Hello Maeve,")
    assert "this is Aoife from" in hello["text"]
    assert (hello["empty"], len(listed)) == ([], 5)


async def test_a_macro_is_made_changed_and_taken_away_and_ones_own_is_nobody_elses(world: World) -> None:
    aoife, declan = await world.human_agent("Aoife"), await world.human_agent("Declan")
    own = {"name": " My  own ", "text": "Case {case_number}", "shared": False}

    made = (await aoife.client.post("/v1/desk/macros", json=own)).json()

    assert (made["name"], made["version"], made["placeholders"]) == ("My own", 1, ["case_number"])
    assert made["id"] not in await ids(declan)
    change = made | {"text": "Case {case_number}, {agent_name}", "shared": True}
    body = {key: change[key] for key in ("name", "text", "shared", "version")}
    assert (await declan.client.put(f"/v1/desk/macros/{made['id']}", json=body)).status_code == 404
    assert (await aoife.client.put(f"/v1/desk/macros/{made['id']}", json=body)).json()["version"] == 2
    assert made["id"] in await ids(declan)
    late = await declan.client.put(f"/v1/desk/macros/{made['id']}", json=body)
    assert (late.status_code, "Look at it again" in late.json()["detail"]) == (409, True)
    assert (await declan.client.delete(f"/v1/desk/macros/{made['id']}")).status_code == 204
    assert made["id"] not in await ids(aoife)
    assert (await declan.client.delete(f"/v1/desk/macros/{made['id']}")).status_code == 404


async def ids(agent: HumanAgent) -> set[str]:
    return {one["id"] for one in (await agent.client.get("/v1/desk/macros")).json()["items"]}


async def test_an_unknown_placeholder_is_refused_when_saved_and_an_open_one_when_sent(world: World) -> None:
    visitor, aoife = await held(world, "Can I return a tent?", customer=None)
    bad = {"name": "Bad", "text": "Hello {first_name} {order}", "shared": True}

    refused = await aoife.client.post("/v1/desk/macros", json=bad)

    assert refused.status_code == 422
    assert "{first_name} is no placeholder. There are: {customer_first_name}" in refused.json()["detail"]
    listed = (await aoife.client.get(f"/v1/desk/conversations/{visitor.conversation_id}/macros")).json()
    hello = next(one for one in listed["items"] if one["name"] == "Hello and thanks")
    assert hello["empty"] == ["customer_first_name"]
    unsent = await aoife.reply(visitor.conversation_id, hello["text"])
    assert (unsent.status_code, unsent.json()["detail"]) == (
        422,
        "text: fill in {customer_first_name} first.",
    )
    assert (await aoife.note(visitor.conversation_id, "Uses {order}?")).status_code == 201


async def test_macros_that_were_taken_away_one_by_one_come_back_only_when_none_is_left(world: World) -> None:
    async with world.parts.database.transaction() as session:
        [first, *_] = (await session.exec(select(Macro))).all()
        await session.delete(first)

    await world.parts.macros.seed()

    async with world.parts.database.reading() as session:
        assert len((await session.exec(select(Macro))).all()) == 4


# --- mentions and whispers -----------------------------------------------------------------------------------


async def mentions(agent: HumanAgent) -> JSON:
    listed: JSON = (await agent.client.get("/v1/desk/mentions")).json()
    return listed


async def whisper(agent: HumanAgent, conversation_id: str, text: str, client_id: str = "") -> Response:
    body = {"client_id": client_id or uuid4().hex, "text": text}
    return await agent.client.post(f"/v1/desk/conversations/{conversation_id}/whispers", json=body)


async def test_a_mention_is_in_the_colleagues_list_until_it_was_seen_and_never_at_the_customer(
    world: World,
) -> None:
    maeve, aoife = await held(world, QUESTION)
    declan = await world.human_agent("Declan")
    async with declan.listening() as desk:
        note = (await aoife.note(maeve.conversation_id, "@Declan and @Aoife: worn boots?")).json()
        told = await desk.until("message", lambda data: bool(data["message"].get("for")))

    assert note["for"] == [{"id": declan.account["id"], "name": "Declan", "whisper": False}]
    assert told.data["message"]["for"] == note["for"]
    listed = await mentions(declan)
    assert listed["unseen"] == 1
    assert [(one["by"], one["text"], one["seen"], one["whisper"]) for one in listed["items"]] == [
        ("Aoife", "@Declan and @Aoife: worn boots?", False, False)
    ]
    assert (await mentions(aoife))["items"] == []
    assert "Declan" not in str(await maeve.conversation())
    await declan.client.post(f"/v1/desk/conversations/{maeve.conversation_id}/mentions/seen")
    assert ((await mentions(declan))["unseen"], (await mentions(declan))["items"][0]["seen"]) == (0, True)


async def test_a_supervisor_whispers_to_the_holder_at_once_and_the_customer_hears_nothing(
    world: World,
) -> None:
    maeve, aoife = await held(world, QUESTION)
    niamh = await supervisor(world)
    async with aoife.listening() as desk, maeve.listening() as chat:
        said = await whisper(niamh, maeve.conversation_id, "Offer her €10.", "once")
        told = await desk.until("message", lambda data: data["message"]["text"] == "Offer her €10.")
        await aoife.reply(maeve.conversation_id, "One moment, please.")
        await chat.until("message", text="One moment, please.")

    assert said.status_code == 201
    assert said.json()["for"] == [{"id": aoife.account["id"], "name": "Aoife", "whisper": True}]
    assert told.data["message"]["audience"] == "staff"
    assert "€10" not in str([event.data for event in chat.events]) + str(await maeve.conversation())
    again = await whisper(niamh, maeve.conversation_id, "Offer her €10.", "once")
    assert again.json()["id"] == said.json()["id"]
    listed = await mentions(aoife)
    assert [(one["whisper"], one["by"]) for one in listed["items"]] == [(True, "Niamh")]
    shown = next(m for m in (await aoife.case(maeve.conversation_id))["messages"] if m["kind"] == "note")
    assert shown["for"] == said.json()["for"]


async def test_only_a_supervisor_whispers_and_only_to_a_colleague_who_has_the_conversation(
    world: World,
) -> None:
    maeve = await waiting(world, QUESTION)
    aoife, niamh = await world.human_agent("Aoife"), await supervisor(world)

    assert (await whisper(aoife, maeve.conversation_id, "Psst")).status_code == 403
    nobody = await whisper(niamh, maeve.conversation_id, "Psst")
    assert (nobody.status_code, "Leave an internal note" in nobody.json()["detail"]) == (409, True)
    await niamh.claim(maeve.conversation_id)
    assert (await whisper(niamh, maeve.conversation_id, "Note to self")).status_code == 409
    assert (await whisper(niamh, str(uuid4()), "Psst")).status_code == 404


# --- tone ----------------------------------------------------------------------------------------------------


async def hints(agent: HumanAgent, text: str, conversation_id: str | None = None) -> list[str]:
    answer = await agent.client.post(
        "/v1/desk/tone",
        json={"text": text} | ({"conversation_id": conversation_id} if conversation_id else {}),
    )
    assert answer.status_code == 200, answer.text
    return [hint["rule"] for hint in answer.json()["hints"]]


async def test_a_draft_gets_its_hints_by_what_was_really_done_and_leaves_nothing_behind(world: World) -> None:
    maeve = await world.shopper()
    card = await maeve.ask("Please cancel order TT-10432, I ordered it by mistake")
    await maeve.confirm(card["proposal"])
    await maeve.talk_to_person()
    aoife = await world.human_agent()
    await aoife.claim(maeve.conversation_id)
    before = await records(world)

    assert await hints(aoife, "I have cancelled order TT-10432.") == ["deed"]
    assert await hints(aoife, "I have cancelled order TT-10432.", maeve.conversation_id) == []
    assert await hints(aoife, "You should have told us.", maeve.conversation_id) == ["blame"]
    assert await hints(aoife, "") == []
    assert await records(world) == before


async def test_nothing_of_it_is_open_to_somebody_who_is_not_signed_in(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    stranger = await world.shopper(None)
    room = f"/v1/desk/conversations/{maeve.conversation_id}"
    calls = [
        ("POST", f"{room}/suggestions"), ("GET", f"{room}/passages?q=x"), ("GET", f"{room}/macros"),
        ("GET", "/v1/desk/macros"), ("POST", "/v1/desk/macros"), ("PUT", f"/v1/desk/macros/{uuid4()}"),
        ("DELETE", f"/v1/desk/macros/{uuid4()}"), ("POST", "/v1/desk/tone"), ("POST", f"{room}/whispers"),
        ("GET", "/v1/desk/mentions"), ("POST", f"{room}/mentions/seen"),
    ]  # fmt: skip

    for method, path in calls:
        body = {"name": "a", "text": "b", "version": 1, "client_id": "c"} if method != "GET" else None
        answer = await stranger.client.request(method, path, json=body, headers={"X-Candor-Desk": "1"})
        assert answer.status_code == 401, (method, path)
        if method != "GET":  # signed in, but from a foreign page, which cannot set the header
            foreign = await aoife.client.request(method, path, json=body, headers={"X-Candor-Desk": ""})
            assert foreign.status_code == 403, (method, path)
