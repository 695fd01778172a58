"""Passages that a person of the desk cites, over HTTP."""

from typing import Any
from uuid import uuid4

from httpx import Response

from tests.conftest import World
from tests.desk_people import QUESTION, held
from tests.people import HumanAgent

JSON = dict[str, Any]


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
