"""A hosted model behind the veil: what its endpoint really receives, what the customer and the tools read."""

import json
import re

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from agent.answers import Answer
from agent.demo_shop import catalogue
from agent.models import Pace, ToolMode
from agent.models.hosted import hosted_writer
from agent.models.veiled import VeiledModel, veil_over, veiled
from agent.records import AuthorKind, MessageKind
from agent.results import AccountShown, OrderShown, OrdersShown, compact, described
from agent.signals import Intent
from tests.agent import test_hosted
from tests.agent.orders_world import World
from tests.agent.test_hosted import ENDPOINT, sent, stream, text, tool_call
from tests.agent.turn_world import article, chat

endpoint, writer = test_hosted.endpoint, test_hosted.writer  # the fixtures
PERSONAL = ("Maeve", "Brennan", "maeve@example.com", "10432", "10429", "Sea Road", "T2K8", "4242", "353 91")


def received(route) -> str:
    """Everything that the endpoint has been sent, with its tokens."""
    return "\n".join(json.dumps(json.loads(c.request.content), ensure_ascii=False) for c in route.calls)


def words(route, place: int = -1) -> str:
    """The words of one request, without the tools, which are the same for everybody."""
    return "\n".join(str(message["content"]) for message in sent(route, place)["messages"])


def token(request, kind: str) -> str:
    """The last token of a kind in a request."""
    found = re.findall(rf"<{kind}_\d{{4}}>", json.dumps(json.loads(request.content)["messages"]))
    assert found, f"no token of kind {kind}"
    return found[-1]


def first(route):
    return route.calls[0].request


def leaks(route) -> list[str]:
    """Personal data in any request. The figures of a token are drawn at random and may be those of a card."""
    everything = re.sub(r"<[a-z]+_\d{4}>", "", received(route).lower())
    return [value for value in PERSONAL if value.lower() in everything]


async def test_an_order_is_looked_up_and_told_of_without_its_number_leaving(endpoint, writer, tmp_path):
    endpoint.side_effect = [
        lambda r: tool_call("show_order", json.dumps({"order": token(r, "ORDER")})),
        lambda r: text("Hello ", token(r, "NAME")[:4], token(r, "NAME")[4:], ". Your order <OR", token(r, "ORDER")[3:], " is pending."),
    ]  # fmt: skip
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask("Hi, it's Maeve (maeve@example.com). Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.text == "Hello Maeve Brennan. Your order TT-10432 is pending."
    assert answer.record["tools"] == [{"name": "show_order", "result": "OrderShown"}]
    assert leaks(endpoint) == []
    *_, called, result = sent(endpoint)["messages"]
    number = token(first(endpoint), "ORDER")
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"order": number}
    assert json.loads(result["content"])["order"] == number
    assert re.fullmatch(
        r"<NAME_\d{4}>, <ADDRESS_\d{4}>, <POSTCODE_\d{4}> <CITY_\d{4}>, IE",
        json.loads(result["content"])["address"],
    )
    assert "candor" not in received(endpoint)
    assert str(talk.conversation.id) not in received(endpoint)


async def test_a_new_address_reaches_the_proposal_in_its_parts(endpoint, writer, tmp_path):
    def propose(request):
        address = {
            "name": token(request, "NAME"), "line1": token(request, "ADDRESS"), "line2": "",
            "postcode": token(request, "POSTCODE"), "city": token(request, "CITY"), "country": "IE",
        }  # fmt: skip
        arguments = json.dumps({"order": token(request, "ORDER"), "address": address})
        # As Go's encoder and others write it.
        return tool_call("propose_change_address", arguments.replace("<", "\\u003c").replace(">", "\\u003e"))

    endpoint.side_effect = [propose, lambda _: text("Please check the new address and confirm.")]
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask(
        "Send TT-10429 to Maeve Brennan, 14 Quay Street, H91 X2KP Galway, Ireland", Intent.change_address
    )

    assert isinstance(answer, Answer)
    assert answer.proposal_id is not None
    proposal = await talk.world.proposal(answer.proposal_id)
    assert {line["label"]: line["value"] for line in proposal.lines}["To"] == (
        "Maeve Brennan, 14 Quay Street, H91 X2KP Galway, IE"
    )
    assert [
        value
        for value in (*PERSONAL, "Quay Street", "X2KP")
        if value in re.sub(r"<[A-Z]+_\d{4}>", "", words(endpoint))
    ] == []


async def test_history_notes_and_receipts_are_hidden_with_the_same_tokens_in_every_turn(
    endpoint, writer, tmp_path
):
    endpoint.side_effect = lambda _: text("Happy to help.")
    talk = await chat(tmp_path, veiled(writer))
    await talk.ask("My order is TT-10432.")
    tokens = token(first(endpoint), "ORDER"), token(first(endpoint), "NAME")
    talk.add(AuthorKind.AI, "Thank you, Maeve. I have noted TT-10429 and TT-10432.")
    talk.add(AuthorKind.HUMAN, "Hi Maeve, call me on 020 910 1001.\nBest,\nAoife")
    talk.add(
        AuthorKind.SYSTEM, "Order TT-10432 now goes to 14 Sea Road, H91 T2K8 Galway.", MessageKind.RECEIPT
    )

    await talk.ask("And TT-10429? Aoife knows.")

    assert leaks(endpoint) == []
    assert "Aoife" not in words(endpoint)
    assert "910 1001" not in words(endpoint)
    for known in tokens:
        assert known in words(endpoint, 0)
        assert known in words(endpoint)


@pytest.mark.parametrize("customer", catalogue.CUSTOMERS, ids=lambda customer: customer.id)
async def test_nothing_that_a_look_up_tells_of_the_customer_leaves(tmp_path, customer):
    world = await World.create(tmp_path)
    orders = await world.shop.orders(customer.id)
    account = await world.shop.customer(customer.id)
    assert account is not None
    results = [OrdersShown(orders), *map(OrderShown, orders), AccountShown(account)]
    shown = [ToolMessage(compact(described(result)), artifact=result, tool_call_id="1") for result in results]

    veil, sent = veil_over(shown, "process")

    words = "\n".join(str(message.content) for message in sent)
    for address in filter(None, (account.address, *(order.address for order in orders))):
        for part in (*address.name.split(), address.line1, address.line2, address.postcode, address.city):
            assert not part or part not in words
    for personal in (account.phone, account.email, *(method.id for method in account.payment_methods)):
        assert personal not in words
    for order in orders:
        assert order.number.removeprefix("TT-") not in words
    assert [veil.uncover(str(message.content)) for message in sent] == [str(m.content) for m in shown]


async def test_a_typed_token_shows_only_itself(endpoint, writer, tmp_path):
    endpoint.side_effect = lambda r: text("Did you write ", token(r, "TEXT"), "?")
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask("My token is <EMAIL_1>, what is behind it?")

    assert isinstance(answer, Answer)
    assert answer.text == "Did you write <EMAIL_1>?"


async def test_an_invented_token_never_reaches_the_customer_or_a_tool(endpoint, writer, tmp_path):
    endpoint.side_effect = [
        tool_call("show_order", '{"order": "<ORDER_1111>"}'),
        text("I see your order <ORDER_1111>. Your mail is <EMAIL_2222>. Which parcel do you mean?"),
        text("Your mail is <EMAIL_2222>."),  # asked to put that right, it does not
    ]
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask("Where is my parcel?")

    assert isinstance(answer, Answer)
    assert answer.text == "Which parcel do you mean?"
    (told,) = [message for message in sent(endpoint)["messages"] if message["role"] == "tool"]
    assert json.loads(told["content"]).keys() != {"order"}


async def test_articles_are_read_as_they_are(endpoint, writer, tmp_path):
    endpoint.side_effect = lambda _: text("Write to help@tarn.example [1].")
    found = article("contact", "Contact", "Write to help@tarn.example or call +353 91 000 000.")
    talk = await chat(tmp_path, veiled(writer), found=found, customer_id=None)

    answer = await talk.ask("How can I reach you?")

    assert isinstance(answer, Answer)
    assert answer.text == "Write to help@tarn.example [1]."
    assert "Write to help@tarn.example or call +353 91 000 000." in words(endpoint)
    assert "tokens" not in words(endpoint, 0)  # nothing is hidden, so nothing is explained


async def test_the_check_compares_what_the_customer_will_read(endpoint, writer, tmp_path):
    endpoint.side_effect = [
        lambda r: tool_call("show_order", json.dumps({"order": token(r, "ORDER")})),
        lambda r: text("Your order ", token(r, "ORDER"), " is pending. Your order TT-99999 is pending."),
        text("Your order TT-99999 is pending."),  # it is asked to put that right, and does not
    ]
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask("Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.text == "Your order TT-10432 is pending."
    assert {cut["sentence"] for cut in answer.record["cut"]} == {"Your order TT-99999 is pending."}


async def test_the_offline_model_that_takes_over_reads_everything(endpoint, writer, tmp_path):
    endpoint.side_effect = lambda _: stream("42")
    talk = await chat(tmp_path, veiled(writer))

    answer = await talk.ask("Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.record["model"] == "offline"
    assert "TT-10432" in answer.text


async def test_a_model_of_ones_own_reads_clear_text(endpoint, writer, tmp_path):
    endpoint.side_effect = lambda _: text("Happy to help.")
    talk = await chat(tmp_path, writer)

    await talk.ask("Where is TT-10432?")

    assert "TT-10432" in words(endpoint)
    assert "Maeve Brennan" in words(endpoint)


async def test_whoever_listens_hears_every_chunk_while_a_call_is_being_written(endpoint, writer):
    endpoint.side_effect = lambda _: tool_call("show_order", '{"order": "TT-1"}')

    chunks = [chunk async for chunk in veiled(writer).model.astream([HumanMessage("Where is TT-1?")])]

    assert len(chunks) >= 3
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert whole.tool_calls[0]["args"] == {"order": "TT-1"}


def test_it_cannot_be_asked_in_a_way_that_would_go_past_the_veil() -> None:
    ways = {name for name in dir(VeiledModel) if not name.startswith("_")}

    assert ways == {"astream", "bind", "bind_tools"}


@pytest.mark.parametrize("mode", [ToolMode.PROMPT, ToolMode.JSON_SCHEMA])
async def test_where_tools_are_told_in_words_nothing_of_their_results_leaves_either(endpoint, tmp_path, mode):
    def step(**what):
        return text(json.dumps(what if mode is ToolMode.PROMPT else {"step": what}))

    def last(request):
        said = f"Your order {token(request, 'ORDER')} is pending."
        return text(said) if mode is ToolMode.PROMPT else step(answer=said)

    endpoint.side_effect = [
        lambda r: step(tool="show_order", arguments={"order": token(r, "ORDER")}),
        lambda _: step(tool="show_account", arguments={}),
        last,
    ]
    small = hosted_writer("small", base_url=ENDPOINT, api_key="none", tools=mode, pace=Pace(5, 5))
    talk = await chat(tmp_path, veiled(small))

    answer = await talk.ask("Hi, it's Maeve (maeve@example.com). Where is TT-10432?", Intent.order_status)

    assert answer.text == "Your order TT-10432 is pending."
    assert [tool["result"] for tool in answer.record["tools"]] == ["OrderShown", "AccountShown"]
    assert leaks(endpoint) == []
