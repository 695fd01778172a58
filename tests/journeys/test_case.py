"""The case side of the desk over HTTP: the customer's file, filters and search, signs of life, wrap-up, and supervisors."""

from uuid import UUID, uuid4

import pytest

from agent.errors import ShopUnavailable
from tests.conftest import World
from tests.desk_people import supervisor
from tests.people import HumanAgent, Shopper

CASE = "/v1/desk/conversations/{}"


async def handed(world: World, customer_id: str | None, words: str = "") -> Shopper:
    """A customer who waits for a person."""
    shopper = await world.shopper(customer_id)
    if words:
        await shopper.ask(words)
    await shopper.talk_to_person()
    return shopper


async def ids(person: HumanAgent, **asked: object) -> list[str]:
    response = await person.client.get("/v1/desk/conversations", params=asked)
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()["items"]]


async def file_of(person: HumanAgent, conversation_id: str) -> dict:
    response = await person.client.get(f"{CASE.format(conversation_id)}/customer")
    assert response.status_code == 200, response.text
    return response.json()


# The customer's file


async def test_the_desk_sees_the_customers_own_orders_and_earlier_conversations(world: World) -> None:
    aoife = await world.human_agent()
    first = await handed(world, "cus_maeve", "Where is my parcel? It never arrived.")
    await aoife.claim(first.conversation_id)
    await aoife.client.post(
        f"{CASE.format(first.conversation_id)}/resolve", json={"wrap_up": "delivery_fault", "note": "Resent."}
    )
    other = await handed(world, "cus_jonas")
    second = await handed(world, "cus_maeve")

    file = await file_of(aoife, second.conversation_id)

    own = {order.number for order in await world.parts.shop.orders("cus_maeve")}
    assert {order["number"] for order in file["orders"]} == own
    [order] = [order for order in file["orders"] if order["number"] == "TT-10432"]
    assert (order["status"], order["items"][0]["quantity"]) == ("pending", 1)
    assert order["total"].startswith("€")
    assert (file["known"], file["level"]) == (True, "shop")
    assert [(e["id"], e["ended"], e["about"]) for e in file["earlier"]] == [
        (first.conversation_id, "Resolved: Delivery fault", "Where is my parcel? It never arrived.")
    ]
    assert other.conversation_id not in {e["id"] for e in file["earlier"]}


async def test_a_visitor_has_no_orders_and_their_own_earlier_conversations(world: World) -> None:
    aoife = await world.human_agent()
    visitor = await world.shopper(None)
    await visitor.begin()
    earlier = visitor.conversation_id
    await visitor.begin()

    file = await file_of(aoife, visitor.conversation_id)

    assert (file["known"], file["level"], file["orders"]) == (False, "visitor", [])
    assert [(e["id"], e["ended"]) for e in file["earlier"]] == [(earlier, "Stayed with the AI")]


async def test_a_shop_that_is_down_takes_nothing_from_the_case(world: World) -> None:
    aoife = await world.human_agent()
    maeve = await handed(world, "cus_maeve")

    async def down(_: str):
        raise ShopUnavailable("down")

    world.parts.shop.orders = down

    assert (await file_of(aoife, maeve.conversation_id))["orders"] is None
    assert (await aoife.case(maeve.conversation_id))["customer"]["name"] == "Maeve Brennan"


# Filters and search


async def test_lists_are_narrowed_by_queue_reason_urgency_language_and_holder(world: World) -> None:
    aoife = await world.human_agent()
    calm = await handed(world, None)
    hurt = await handed(
        world, "cus_maeve", "Your headlamp got so hot that it burned my hand, I am in hospital"
    )
    german = await handed(world, "cus_jonas", "Ich möchte mit einem Menschen sprechen")

    everybody = {calm.conversation_id, hurt.conversation_id, german.conversation_id}
    assert set(await ids(aoife)) == everybody
    assert await ids(aoife, queue="care") == [hurt.conversation_id]
    assert await ids(aoife, reason="product_safety") == [hurt.conversation_id]
    assert await ids(aoife, urgency="urgent") == [hurt.conversation_id]
    assert await ids(aoife, language="de") == [german.conversation_id]
    assert await ids(aoife, urgency="urgent", language="de") == []
    assert await ids(aoife, at_risk=True) == []
    await aoife.claim(calm.conversation_id)
    assert await ids(aoife, view="open", whose="mine") == [calm.conversation_id]
    assert set(await ids(aoife, view="open", whose="unclaimed")) == everybody - {calm.conversation_id}
    await aoife.resolve(calm.conversation_id)
    assert await ids(aoife, view="resolved", reason="asked_for_person") == [calm.conversation_id]
    assert await ids(aoife, view="resolved", reason="upset") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("headlamp", True),
        ("HEADLAMP", True),
        ("headlamp hot", True),  # both words
        ("headlamp jacket", False),
        ("maeve", True),
        ("maeve headlamp", True),
        ("100%", True),  # as itself: it is no sign of LIKE here
        ("10%0", False),
        ("h_adlamp", False),
        ("disclosure assistant", False),  # what stands in every conversation finds none
    ],
)
async def test_a_search_finds_a_conversation_by_what_was_written_and_by_whom(
    world: World, words: str, *, found: bool
) -> None:
    aoife = await world.human_agent()
    maeve = await world.shopper()
    await maeve.ask("My headlamp got hot, I want 100% of it back")

    assert await ids(aoife, view="all", q=words) == ([maeve.conversation_id] if found else [])


async def test_a_search_finds_the_case_number_and_the_e_mail_and_notes_of_colleagues(world: World) -> None:
    aoife = await world.human_agent()
    maeve = await handed(world, "cus_maeve")
    await handed(world, "cus_jonas")
    await aoife.note(maeve.conversation_id, "She is a regular from Galway.")
    case = await aoife.case(maeve.conversation_id)

    for words in (case["case_number"], case["case_number"][-4:], case["customer"]["email"], "galway"):
        assert await ids(aoife, view="all", q=words) == [maeve.conversation_id]


@pytest.mark.parametrize(
    "asked",
    [
        {"reason": "bored"},
        {"urgency": "asap"},
        {"language": "klingon"},
        {"whose": "hers"},
        {"q": "x" * 101},
        {"view": "everything"},
    ],
)
async def test_a_filter_that_cannot_be_is_refused(world: World, asked: dict) -> None:
    aoife = await world.human_agent()

    assert (await aoife.client.get("/v1/desk/conversations", params=asked)).status_code == 422


# Signs of who is there


async def show(person: HumanAgent, conversation_id: str, doing: str, window: str = "w1"):
    return await person.client.post(
        f"{CASE.format(conversation_id)}/activity", json={"doing": doing, "window": window}
    )


async def test_colleagues_see_who_looks_and_writes_and_the_customer_only_who_writes_to_them(
    world: World,
) -> None:
    aoife, brian = await world.human_agent("Aoife"), await world.human_agent("Brian")
    maeve = await handed(world, "cus_maeve")
    await aoife.claim(maeve.conversation_id)
    async with brian.listening() as desk, maeve.listening() as chat:
        assert (await show(brian, maeve.conversation_id, "replying")).status_code == 204  # not theirs to say
        await show(aoife, maeve.conversation_id, "viewing")
        await show(aoife, maeve.conversation_id, "replying")
        told = await desk.until(
            "activity", lambda d: d["who"]["name"] == "Aoife" and d["doing"] == "replying"
        )
        assert told.data == {
            "conversation_id": maeve.conversation_id,
            "who": {"kind": "human", "id": aoife.account["id"], "name": "Aoife"},
            "window": "w1",
            "doing": "replying",
            "seconds": 10,
        }
        assert told.id is None  # nothing of it is stored
        await chat.until("typing", lambda d: d == {"name": "Aoife", "seconds": 10})
        await show(aoife, maeve.conversation_id, "left")
        await chat.until("typing", lambda d: d == {"name": "Aoife", "seconds": 0})
        await desk.until("activity", doing="left")

    assert {told.data["name"] for told in chat.of("typing")} == {"Aoife"}


async def test_the_desk_sees_that_the_customer_writes(world: World) -> None:
    aoife = await world.human_agent()
    maeve, jonas = await handed(world, "cus_maeve"), await world.shopper("cus_jonas")
    path = f"/v1/conversations/{maeve.conversation_id}/typing"
    async with aoife.listening() as desk:
        assert (await maeve.client.post(path)).status_code == 204
        told = await desk.until("activity")
        assert (await jonas.client.post(path)).status_code == 404  # a customer reaches only their own

    assert told.data["who"] == {"kind": "customer", "id": None, "name": "Maeve Brennan"}
    assert told.data["doing"] == "replying"


async def test_a_sign_at_a_conversation_that_is_not_there_is_refused(world: World) -> None:
    aoife = await world.human_agent()

    assert (await show(aoife, str(uuid4()), "viewing")).status_code == 404
    maeve = await handed(world, "cus_maeve")
    assert (await show(aoife, maeve.conversation_id, "dancing")).status_code == 422


# Wrap-up


async def test_what_it_came_to_is_stored_with_the_handoff(world: World) -> None:
    aoife = await world.human_agent()
    maeve = await handed(world, "cus_maeve")
    await aoife.claim(maeve.conversation_id)
    path = f"{CASE.format(maeve.conversation_id)}/resolve"

    refused = await aoife.client.post(path, json={"wrap_up": "bored"})
    done = await aoife.client.post(path, json={"wrap_up": "refunded", "note": "By hand, in the shop."})

    assert refused.status_code == 422
    assert "There is: solved" in refused.json()["detail"]
    assert done.json()["resolved"] is True
    [trip] = (await aoife.case(maeve.conversation_id))["handoffs"]
    assert (trip["wrap_up"], trip["wrap_up_note"]) == ("refunded", "By hand, in the shop.")
    assert "By hand" not in str(await maeve.thread())  # the customer does not read it
    offered = (await aoife.client.get("/v1/desk/wrap-ups")).json()["items"]
    assert offered[0] == {"code": "solved", "label": "Solved"}


# Supervisors


async def test_a_supervisor_takes_over_from_a_person_who_is_told_why(world: World) -> None:
    aoife, niamh = await world.human_agent("Aoife"), await supervisor(world)
    maeve = await handed(world, "cus_maeve")
    epoch = (await aoife.claim(maeve.conversation_id)).json()["epoch"]
    path = f"{CASE.format(maeve.conversation_id)}/take-over"
    taken = {"epoch": epoch, "reason": "A journalist has called about this."}

    async with aoife.listening() as desk:
        stale = await niamh.client.post(path, json={**taken, "epoch": epoch - 1})
        done = await niamh.client.post(path, json=taken)
        again = await niamh.client.post(path, json={**taken, "epoch": epoch + 1})
        told = await desk.until("message", lambda d: d["message"]["kind"] == "note")
        floor = await desk.until("conversation", lambda d: (d["holder"] or {}).get("name") == "Niamh")

    assert (stale.status_code, stale.json()["holder"]["name"]) == (409, "Aoife")
    assert (done.status_code, done.json()["holder"]["name"]) == (200, "Niamh")
    assert done.json()["handoff"]["claimed_at"] is not None
    assert (again.status_code, again.json()["detail"]) == (409, "You have this conversation already.")
    assert told.data["message"]["text"] == "Taken over from Aoife: A journalist has called about this."
    assert floor.data["epoch"] == epoch + 1
    late = await aoife.reply(maeve.conversation_id, "Hello Maeve")
    assert (late.status_code, late.json()["holder"]["name"]) == (409, "Niamh")
    assert "journalist" not in str(await maeve.thread())


async def test_whoever_is_no_supervisor_cannot_take_over_or_see_all_that_is_live(world: World) -> None:
    aoife, brian = await world.human_agent("Aoife"), await world.human_agent("Brian")
    maeve = await handed(world, "cus_maeve")
    epoch = (await aoife.claim(maeve.conversation_id)).json()["epoch"]

    refused = await brian.client.post(
        f"{CASE.format(maeve.conversation_id)}/take-over", json={"epoch": epoch, "reason": "Mine."}
    )

    assert (refused.status_code, refused.json()["detail"]) == (403, "Only a supervisor may do that.")
    assert (await brian.client.get("/v1/desk/conversations", params={"view": "live"})).status_code == 403
    assert (await brian.case(maeve.conversation_id))["holder"]["name"] == "Aoife"


async def test_a_supervisor_takes_nothing_over_that_nobody_has(world: World) -> None:
    niamh = await supervisor(world)
    maeve = await handed(world, "cus_maeve")
    epoch = (await niamh.case(maeve.conversation_id))["epoch"]

    late = await niamh.client.post(
        f"{CASE.format(maeve.conversation_id)}/take-over", json={"epoch": epoch, "reason": "Mine."}
    )

    assert (late.status_code, late.json()["floor"]) == (409, "queue")


async def test_a_supervisor_sees_what_is_live_with_the_ais_conversations_and_how_they_feel(
    world: World,
) -> None:
    niamh = await supervisor(world)
    waits = await handed(world, None)
    talks = await world.shopper("cus_maeve")
    await talks.ask("How much is express delivery?")
    silent = await world.shopper("cus_jonas")
    await silent.begin()  # nobody has said anything

    rows = await niamh.list("live")

    assert {row["id"] for row in rows} == {waits.conversation_id, talks.conversation_id}
    assert silent.conversation_id not in {row["id"] for row in rows}
    [ai] = [row for row in rows if row["floor"] == "ai"]
    assert ai["emotion"]["label"]
    assert UUID(ai["id"])
