"""Order requests, step by step, without a language model: find the order, collect what is missing, propose.

Each step is a pure function of what is known so far: what the customer wrote, what the tools showed in this
turn, and the note (`Task`) that the last reply left. It gives the next tool call or the words to say.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from agent.actions import ReturnReason
from agent.models import understanding
from agent.models.order_words import lower, order_row, pieces, refund_words, source, status_words
from agent.orders import Order, OrderStatus, RefundTo
from agent.signals import Intent, Signals
from agent.tools import BadCall, InputNeeded, NotAllowed, OrdersShown, Proposed
from knowledge.search import Found


@dataclass(frozen=True)
class Task:
    """An order request under way, kept between turns: what is wanted, what is known, what was asked for."""

    intent: str
    asked_for: str
    order: str | None = None
    said: tuple[str, ...] = ()  # the customer's messages about it so far
    repeats: int = 0  # how often the same was asked for again
    pieces: dict[str, int] = field(default_factory=dict)  # how many of an item, where it had to be asked

    @property
    def words(self) -> str:
        """All that was said about it."""
        return "\n".join(self.said)

    @property
    def last_words(self) -> str:
        """The newest message."""
        return self.said[-1] if self.said else ""

    def to_json(self) -> dict[str, Any]:
        """As the thread keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, note: dict[str, Any]) -> "Task":
        """Back from the thread."""
        return cls(**{**note, "said": tuple(note["said"])})


@dataclass(frozen=True)
class Call:
    """Call this tool next."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Say:
    """Say this. `task` is set while something is still to be asked."""

    text: str
    task: Task | None = None
    offer_person: bool = False
    known: bool = True


@dataclass(frozen=True)
class Request:
    """What one reply of the offline model is made from."""

    text: str
    signals: Signals
    found: Sequence[Found]
    task: Task | None
    can_see_orders: bool
    proposal_is_open: bool
    results: Sequence[Any]  # artifacts of this turn's tool calls, oldest first

    def last(self, kind: type[Any]) -> Any:
        """The newest result of a kind, or None."""
        return next((result for result in reversed(self.results) if isinstance(result, kind)), None)


CHANGES = {Intent.cancel_order, Intent.change_address, Intent.return_item}
LOOK_UPS = {Intent.order_status, Intent.refund_status}
QUANTITY = "quantity"  # asked for as "quantity:<item id>"
GIVE_UP = 2  # repetitions of one question
SURE = 0.6  # probability from which a new intent ends an unfinished request

_FITS = {
    Intent.cancel_order: {OrderStatus.PENDING},
    Intent.change_address: {OrderStatus.PENDING},
    Intent.return_item: {OrderStatus.DELIVERED},
    Intent.order_status: {OrderStatus.PENDING, OrderStatus.PACKED, OrderStatus.SHIPPED},
}
_VERBS = {
    Intent.cancel_order: "cancel",
    Intent.change_address: "send to another address",
    Intent.return_item: "return from",
    Intent.order_status: "ask about",
    Intent.refund_status: "ask about",
}
_ADDRESS_PARTS = {
    "name": "the recipient",
    "line1": "the street with house number",
    "postcode": "the postcode",
    "city": "the town",
    "country": "the country",
}


def task_of(request: Request) -> Task | None:
    """The order request that this message makes or goes on with; None if it is about something else."""
    intent = request.signals.intent
    if request.task is not None and not _leaves(request):
        task = replace(request.task, said=(*request.task.said, request.text))
        of_what, _, item_id = task.asked_for.partition(":")
        if of_what == QUANTITY and (number := understanding.number_meant(request.text)):
            return replace(task, pieces={**task.pieces, item_id: number})
        return task
    if intent in LOOK_UPS or (intent in CHANGES and not understanding.asks_about_rule(request.text)):
        return Task(intent=intent, asked_for="", said=(request.text,))
    return None


def next_step(task: Task, request: Request) -> Call | Say:
    """The next tool call or the words to say. The same question is asked twice, then a person is offered."""
    step = _step(task, request)
    if isinstance(step, Say) and step.task and step.task.repeats:
        if step.task.repeats >= GIVE_UP:
            return Say(
                "I am sorry, I could not work out what you mean. A person on our team can help you with it.",
                offer_person=True,
                known=False,
            )
        return replace(step, text=f"Sorry, I could not match that. {step.text}")
    return step


def _step(task: Task, request: Request) -> Call | Say:
    if not request.can_see_orders:
        return Say(
            "I can look into an order once you have signed in on the shop's page. "
            "I can also fetch a person for you.",
            offer_person=True,
        )
    if refused := request.last(NotAllowed):
        return Say(
            f"I cannot do that. {refused.explanation}{source(refused.article, request.found)}",
            offer_person=True,
        )
    if proposed := request.last(Proposed):
        return Say(
            f"I can do this for you: {lower(proposed.proposal.title)}. Please check the details and confirm."
        )
    shown = request.last(OrdersShown)
    if shown is None:
        return Call("list_orders", {})
    if request.last(BadCall):
        return Say("I could not work that out. A person on our team can.", offer_person=True, known=False)
    order = _order_of(task, shown.orders)
    if isinstance(order, Say):
        return order
    task = replace(task, order=order.number)
    if needed := request.last(InputNeeded):
        return _ask(task, needed)
    return _with_order(task, order)


def _with_order(task: Task, order: Order) -> Call | Say:
    match Intent(task.intent):
        case Intent.cancel_order:
            return _cancel(task, order)
        case Intent.change_address:
            return _change_address(task, order)
        case Intent.return_item:
            return _return(task, order)
        case Intent.refund_status:
            return Say(refund_words(order))
    return Say(status_words(order))


def _cancel(task: Task, order: Order) -> Call | Say:
    reason = understanding.cancel_reason(task.words)
    return Call("propose_cancel_order", {"order": order.number, **({"reason": reason} if reason else {})})


def _change_address(task: Task, order: Order) -> Call | Say:
    address: dict[str, str] = {}
    for message in task.said:  # it may come in pieces; what is said later counts
        address |= understanding.address_fields(message)
    if "line1" not in address and order.status is OrderStatus.PENDING:
        return _ask(task, InputNeeded(("line1", "postcode", "city"), ""))
    # Who receives it and the country stay as they are unless the customer says otherwise.
    whole = {"name": order.address.name, "country": order.address.country, **address}
    return Call("propose_change_address", {"order": order.number, "address": whole})


def _return(task: Task, order: Order) -> Call | Say:
    if order.status is not OrderStatus.DELIVERED:
        return Call("propose_return_items", {"order": order.number})
    left = [item for item in order.items if item.quantity > item.returned]
    chosen = left if len(left) == 1 else understanding.items_meant(task.words, left)
    if not chosen:
        rows = "\n".join(f"- {pieces(item)}" for item in left)
        question = f"Which items of order {order.number} would you like to return?"
        return Say(
            f"{question}\n\n{rows}" if left else f"Nothing of order {order.number} is left to return.",
            _asking(task, "items"),
        )
    counts: dict[str, int] = {}
    for item in chosen:
        said = task.pieces.get(item.id) or understanding.quantity_meant(task.words, item)
        if said is None:
            return Say(
                f"How many of these would you like to return: {pieces(item)}?",
                _asking(task, f"{QUANTITY}:{item.id}"),
            )
        counts[item.id] = min(said, item.quantity - item.returned)
    reason = understanding.return_reason(task.words)
    last_words = task.last_words if task.asked_for == "refund_to" else task.words
    refund_to = understanding.refund_choice(last_words) or (
        RefundTo.ORIGINAL if reason is ReturnReason.FAULTY else None
    )
    return Call(
        "propose_return_items",
        {
            "order": order.number,
            "lines": [{"item_id": item_id, "quantity": quantity} for item_id, quantity in counts.items()],
            **({"reason": reason} if reason else {}),
            **({"refund_to": refund_to} if refund_to else {}),
        },
    )


def _order_of(task: Task, orders: Sequence[Order]) -> Order | Say:
    """The order that is meant, or the question which."""
    if not orders:
        return Say("There are no orders in your account.")
    if task.order and (known := next((order for order in orders if order.number == task.order), None)):
        return known
    # Once asked which order, only the answer counts: what was said before did not tell.
    words = task.last_words if task.asked_for == "order" else task.words
    number = understanding.order_number(words)
    meant = understanding.orders_meant(words, orders)
    if number and not meant:
        return Say(
            f"I cannot find an order {number} in your account. Which order do you mean?",
            _asking(task, "order"),
        )
    pool = meant or orders
    if Intent(task.intent) is Intent.refund_status:
        fitting = [order for order in pool if order.refunds]
        if not fitting and not meant:
            return Say("I see no refund on any of your orders so far.")
    else:
        fitting = [order for order in pool if order.status in _FITS[Intent(task.intent)]]
        on_the_way = [order for order in fitting if order.status is OrderStatus.SHIPPED]
        if len(on_the_way) == 1:
            fitting = on_the_way  # whoever asks where it is means the one that is under way
    # One that is meant but does not fit is taken all the same: the policy then says why not.
    alive = [order for order in pool if order.status is not OrderStatus.CANCELLED]
    choices = fitting or meant or alive or orders
    if len(choices) == 1:
        return choices[0]
    if task.asked_for == "order" and (place := understanding.place_meant(task.last_words)):
        return choices[min(place, len(choices)) - 1]
    rows = "\n".join(f"- {order_row(order)}" for order in choices)
    return Say(
        f"Which order would you like to {_VERBS[Intent(task.intent)]}?\n\n{rows}", _asking(task, "order")
    )


def _ask(task: Task, needed: InputNeeded) -> Say:
    """Ask for what a tool says is missing."""
    if "reason" in needed.fields:
        question = "Is it no longer needed, or was it ordered by mistake?"
    elif "refund_to" in needed.fields:
        question = "Would you like the refund to your original payment, or to a gift card?"
    elif "order" in needed.fields:
        question = f"{needed.explanation} Which order do you mean?"
    elif "lines" in needed.fields:
        question = "Which items would you like to return, and how many of each?"
    else:
        parts = [_ADDRESS_PARTS[part] for part in needed.fields if part in _ADDRESS_PARTS]
        question = f"What is the new address? I still need: {', '.join(parts)}."
    return Say(question, _asking(task, needed.fields[0]))


def _leaves(request: Request) -> bool:
    """Whether the customer turned to something else instead of answering what was asked."""
    intent, task = request.signals.intent, request.task
    if understanding.drops_request(request.text):
        return True
    settled = {
        Intent.other,
        Intent.confirm,
        Intent.decline,
        Intent.greeting,
        Intent.product,
        Intent.payment,
        Intent.gift_card,
    }
    if (
        task is None
        or intent in settled
        or intent == task.intent
        or request.signals.intents.get(intent, 0) < SURE
    ):
        return False
    return "?" in request.text or intent in CHANGES


def _asking(task: Task, what: str) -> Task:
    repeats = task.repeats + 1 if task.asked_for == what else 0
    return replace(task, asked_for=what, repeats=repeats)
