"""Requests, step by step, without a language model: find the order, fill the blanks, propose, or look up and tell.

Each step is a pure function of what is known so far: what the customer wrote, what the tools showed in this turn, and
the note (`Task`) that the last reply left. It gives the next tool calls or the words to say. The rules are not known
here: a request is proposed as soon as there is an order, and what the rules then miss is asked for, so that a refusal
comes before the questions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from agent.changes import CHANGES
from agent.models import choosing, order_words
from agent.models.filling import arguments, filled, needs_order, question_for, to_look_up
from agent.models.order_choice import asking, order_of
from agent.models.table import Table
from agent.models.task import Call, Request, Say, Step, Task
from agent.models.understanding import means_all, order_number
from agent.models.wishes import LOOK_UPS, WISHES
from agent.orders import Customer, Order, OrderStatus
from agent.tools import (
    AccountShown,
    BadCall,
    InputNeeded,
    NotAllowed,
    OrdersShown,
    ProofNeeded,
    Proposed,
    VariantsShown,
)

GIVE_UP = 2  # repetitions of one question
_NUMBER_LENGTH = 12  # characters that an order number takes at most, with "#" and spaces

_SIGN_IN = (
    "I can look into your orders and your account once you have signed in on the shop's page. "
    "I can also fetch a person for you."
)
_CONFIRM = (
    "I can look into your orders and your account once I know who you are. Please confirm your e-mail address below, or sign in "
    "on the shop's page. I can also fetch a person for you."
)
_OF_ACCOUNT: Mapping[str, Callable[[Customer], str]] = MappingProxyType(
    {
        "my_address": order_words.address_words,
        "my_methods": order_words.methods_words,
        "my_subscriptions": order_words.subscriptions_words,
    }
)
_OF_ORDER: Mapping[str, Callable[[Order], str]] = MappingProxyType(
    {"order_status": order_words.status_words, "refund_status": order_words.refund_words}
)


def next_step(task: Task, request: Request) -> Step:
    """The next tool calls or the words to say. The same question is asked twice, then a person is offered."""
    if needed := request.last(ProofNeeded):
        return Say(needed.explanation, offer_person=True)
    step = _look_up(task, request) if task.wish in LOOK_UPS else _change(task, request)
    if not isinstance(step, Say):
        return step
    if step.task and step.task.asked_for and step.task.repeats:
        if step.task.repeats >= GIVE_UP:
            return replace(could_not_work_out(), task=step.task)  # a good answer still goes on
        step = replace(step, text=f"Sorry, I could not match that. {step.text}")
    return back_to(task.paused, step) if task.paused else step


def is_visitor(request: Request) -> bool:
    """Whether nobody is signed in: then no order and no account can be looked at."""
    return "list_orders" not in request.tools


def asks_who_it_is(request: Request) -> tuple[Call, ...]:
    """The call that shows a visitor the form for their address; none where there is no such form or it is shown."""
    may_ask = "ask_who_it_is" in request.tools and not request.last(ProofNeeded)
    return (Call("ask_who_it_is"),) if may_ask else ()


def who_first(request: Request, told: str = "") -> Say:
    """The answer to a visitor's wish, after what could be told without their account."""
    way = _CONFIRM if request.last(ProofNeeded) else _SIGN_IN
    return Say(f"{told}\n\n{way}" if told else way, offer_person=True)


def could_not_work_out() -> Say:
    """A person is the way on."""
    return Say(
        "I am sorry, I could not work out what you mean. A person on our team can help you with it.",
        offer_person=True,
        known=False,
    )


def back_to(paused: Task, answer: Say) -> Say:
    """An answer in between, and then the question that is still open."""
    if answer.task and answer.task.asked_for:
        return answer  # it has a question of its own, which goes first
    reminder = f"Back to {WISHES[paused.wish].name}: {paused.question}"
    return replace(answer, text=f"{answer.text}\n\n{reminder}", task=paused)


# --- look something up -----------------------------------------------------------------------------------------


def _look_up(task: Task, request: Request) -> Step:
    if words := _OF_ACCOUNT.get(task.wish):
        account = request.last(AccountShown)
        return Say(words(account.customer)) if account else _once("show_account", request)
    shown = request.last(OrdersShown)
    if shown is None:
        return _once("list_orders", request)
    if not shown.orders:
        return Say("There are no orders in your account.")
    if task.wish == "my_orders":
        return Say(order_words.orders_words(shown.orders))
    named = order_number(task.newest)
    if task.wish == "refund_status" and not named and not any(order.refunds for order in shown.orders):
        return Say("I see no refund on any of your orders so far.")
    order = order_of(task, shown.orders)
    if isinstance(order, Say):
        return order
    return Say(_OF_ORDER[task.wish](order), _settled(task, order))


def _once(tool: str, request: Request) -> Step:
    """Call a tool; if it has been called in vain, say so."""
    return could_not_work_out() if request.results else (Call(tool),)


# --- have something changed ------------------------------------------------------------------------------------


def _change(task: Task, request: Request) -> Step:
    """Find the order, fill the blanks, propose; then what came of the proposal."""
    table = Table(task)
    if needs_order(task.wish):
        shown = request.last(OrdersShown)
        if shown is None:
            return _once("list_orders", request)
        if not shown.orders:
            return Say("There are no orders in your account.")
        order = order_of(task, shown.orders)
        if isinstance(order, Say):
            return order
        task = _as_the_order_allows(task, order)
        table = Table(task, order)
    if f"propose_{task.wish}" not in request.tools:
        return (Call("hand_to_person", {"reason": f"The customer asks for {WISHES[task.wish].name}."}),)
    account = request.last(AccountShown)
    table = replace(
        table,
        customer=account.customer if account else None,
        variants=tuple({v.sku: v for shown in request.every(VariantsShown) for v in shown.variants}.values()),
    )
    table = filled(table)
    return _outcome(table, request) or _next_call(table, request)


def _next_call(table: Table, request: Request) -> Step:
    calls = to_look_up(table, request.tools)
    asked_before = bool(request.last(VariantsShown)) or bool(request.last(AccountShown))
    if calls and not asked_before:
        return calls
    return (Call(f"propose_{table.task.wish}", arguments(table)),)


def _outcome(table: Table, request: Request) -> Say | None:
    """What to say to the answer of the proposing tool; None while it was not asked."""
    settled = _settled(table.task, table.order)
    if refused := request.last(NotAllowed):
        source = order_words.source(refused.article, refused.explanation, request.found)
        text = f"I cannot do that. {refused.explanation}{source}"
        return Say(text, settled, offer_person=True)
    if proposed := request.last(Proposed):
        title = order_words.lower(proposed.proposal.title)
        return Say(f"I can do this for you: {title}. Please check the details and confirm.", settled)
    if request.last(BadCall):
        return could_not_work_out()
    if needed := request.last(InputNeeded):
        question = question_for(needed.fields, table)
        if question is None:
            return _nothing_to_choose(table, settled)
        return asking(table.task, *question)
    return None


def _nothing_to_choose(table: Table, settled: Task) -> Say:
    """What the rules miss cannot be given: there is no such thing."""
    if table.task.wish == "stop_renewal":
        return Say("There is no subscription in your account.", settled, offer_person=True)
    if table.order is not None and not table.left:
        return Say(f"No item of order {table.order.number} is left for this.", settled, offer_person=True)
    if "swaps" in CHANGES[table.task.wish].request.model_fields and table.chosen:
        names = ", ".join(f"{item.name} ({item.variant})" for item in table.chosen)
        return Say(f"There is no other option of {names} at the moment.", settled, offer_person=True)
    return could_not_work_out()


def _as_the_order_allows(task: Task, order: Order) -> Task:
    """The kind of change that fits the order: items are exchanged once they are there and changed before; and who
    cancels a thing by its name means that thing.
    """
    if task.given.get("order") != order.number:
        of_another = ("items", "quantity", "variant")
        kept = {name: value for name, value in task.given.items() if name not in of_another}
        task = replace(task, given={**kept, "order": order.number})
    if task.wish in ("change_items", "exchange_items"):
        there = order.status is OrderStatus.DELIVERED
        return replace(task, wish="exchange_items" if there else "change_items")
    if task.wish == "cancel_order" and _means_a_part(task.words, order):
        return replace(task, wish="cancel_items")
    return task


def _means_a_part(words: str, order: Order) -> bool:
    """Whether some items of an order are named, and the order neither by that word nor as what is to be cancelled."""
    named: Sequence[object] = choosing.items_meant(words, order.items)
    by_number = order_number(words.lower().partition("cancel")[2].strip()[:_NUMBER_LENGTH])
    whole = by_number or means_all(words) or "order" in words.lower()
    return 0 < len(named) < len(order.items) and not whole


def _settled(task: Task, order: Order | None) -> Task:
    """The request when nothing is asked any more: what "it" means in the next message."""
    given = {**task.given, "order": order.number} if order else task.given
    return replace(task, asked_for="", question="", given=given, repeats=0, paused=None)
