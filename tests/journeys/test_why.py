"""The desk asks why the AI said something, and gets the record of that turn in words."""

from agent.models.scripted import call
from tests.conftest import World


async def test_an_answer_tells_what_it_searched_cited_and_cut_and_who_wrote_it(scripted) -> None:
    said = "Standard delivery to Germany takes 3–6 working days [1]. You can also pay in bitcoin."
    async with scripted(said) as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        answer = await maeve.ask("How long does delivery to Germany take?")

        turn = (await aoife.client.get(f"/v1/desk/messages/{answer['id']}/turn")).json()

    assert "bitcoin" not in answer["text"]
    assert (turn["outcome"], turn["question"]) == ("answer", "How long does delivery to Germany take?")
    assert turn["model"]["name"] == "scripted"
    assert [passage["cited"] for passage in turn["search"]["passages"]].count(True) == 1
    assert [cut["sentence"] for cut in turn["cut"]] == ["You can also pay in bitcoin."]
    assert turn["passed"] == 1
    assert turn["milliseconds"]["retrieval"] > 0
    assert turn["milliseconds"].keys() >= {"reading", "retrieval", "model", "check"}
    assert turn["decision"]["policy_version"]


async def test_what_was_looked_up_is_named_and_nothing_of_its_content(scripted) -> None:
    async with scripted([call("list_orders")], "Your newest order is TT-10432.") as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        answer = await maeve.ask("What have I ordered?")

        turn = (await aoife.client.get(f"/v1/desk/messages/{answer['id']}/turn")).json()

    assert turn["tools"] == [{"name": "list_orders", "result": "OrdersShown"}]


async def test_messages_that_no_turn_stands_behind_have_none(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("How long does delivery to Germany take?")
    disclosure, own, _ = await maeve.thread()

    for id_ in (disclosure["id"], own["id"], maeve.conversation_id):
        assert (await aoife.client.get(f"/v1/desk/messages/{id_}/turn")).status_code == 404
