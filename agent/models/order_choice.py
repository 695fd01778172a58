"""Which order a request is about: named, the only one that fits, or asked for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.consent import Consent, read_consent
from agent.models import choosing
from agent.models.order_words import order_rows
from agent.models.task import Say, Task
from agent.models.understanding import means_all, order_number
from agent.models.wishes import WISHES
from agent.orders import Order, OrderStatus

_ASKS_ANEW = re.compile(r"\b(?:return|send back|exchange|swap|change|modify|cancel)\b", re.IGNORECASE)


def order_of(task: Task, orders: Sequence[Order]) -> Order | Say:
    """The order that is meant, or the question which. Only the customer's own are ever looked at."""
    answers = task.blank == "order"
    if answers and read_consent(task.newest) is Consent.YES and task.about:
        return _numbered(task.about, orders) or _ask(task, orders)
    known = _numbered(task.given.get("order"), orders)
    number = order_number(task.newest) or (None if answers or known else order_number(task.words))
    if number and (known is None or number != known.number):
        return _numbered(number, orders) or _not_found(task, number, orders)
    if known:
        return _of_other_things(task, known, orders) or known
    choices = choices_for(task, orders)
    if answers:
        return _answered(task, orders, choices)
    choices = choices_for(task, orders, choosing.orders_meant(task.words, orders))
    return choices[0] if len(choices) == 1 else _ask(task, choices)


def _of_other_things(task: Task, known: Order, orders: Sequence[Order]) -> Order | None:
    """The other order that a request is about once it is made anew for things that the `known` one does not have."""
    if not _ASKS_ANEW.search(task.newest):
        return None
    meant = choosing.orders_meant(task.newest, orders)
    return meant[0] if len(meant) == 1 and not choosing.orders_meant(task.newest, [known]) else None


def _answered(task: Task, orders: Sequence[Order], choices: Sequence[Order]) -> Order | Say:
    """Once asked which order, only the answer counts; nothing is taken for the only one that would fit."""
    if means_all(task.newest) and len(choices) > 1:
        question = f"Which one first?{order_rows(choices)}"
        again = replace(task, asked_for="order", question=question, repeats=0)
        return Say(f"I can take one order at a time. {question}", again)
    if placed := choosing.by_place(task.newest, choices):
        return placed[0]
    meant = choosing.orders_meant(task.newest, orders)
    left = choices_for(task, orders, meant) if meant else choices
    return left[0] if meant and len(left) == 1 else _ask(task, left)


def choices_for(task: Task, orders: Sequence[Order], meant: Sequence[Order] = ()) -> Sequence[Order]:
    """The orders among which the customer chooses: those that fit the request, of those that the words point to.

    One that is meant but does not fit is taken all the same: the policy then says why not.
    """
    pool = meant or orders
    fitting = [order for order in pool if order.status in WISHES[task.wish].fits]
    if task.wish == "refund_status":
        fitting = [order for order in pool if order.refunds]
    on_the_way = [order for order in fitting if order.status is OrderStatus.SHIPPED]
    if task.wish == "order_status" and len(on_the_way) == 1:
        return on_the_way  # whoever asks where it is means the one that is under way
    alive = [order for order in pool if order.status is not OrderStatus.CANCELLED]
    return fitting or meant or alive or orders


def asking(task: Task, what: str, question: str, *, first: str = "") -> Say:
    """Ask, and count how often the same was asked in the same words. What is said `first` is not said again with the question."""
    repeats = task.repeats + 1 if (task.asked_for, task.question) == (what, question) else 0
    return Say(first + question, replace(task, asked_for=what, question=question, repeats=repeats))


def _ask(task: Task, choices: Sequence[Order]) -> Say:
    return asking(task, "order", WISHES[task.wish].which + order_rows(choices))


def _not_found(task: Task, number: str, orders: Sequence[Order]) -> Say:
    """No such order in this account: missing and somebody else's alike (law 9), and perhaps a slip of the keyboard."""
    first = f"I cannot find an order {number} in your account. "
    if near := choosing.mistyped(number, orders):
        return asking(task, f"order:{near.number}", f"Do you mean {near.number}?", first=first)
    choices = choices_for(task, orders)
    question = f"Which order do you mean?{order_rows(choices if len(choices) > 1 else orders)}"
    return asking(task, "order", question, first=first)


def _numbered(number: str | None, orders: Sequence[Order]) -> Order | None:
    return next((order for order in orders if order.number == number), None)
