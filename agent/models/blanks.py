"""The blanks of a request: how each is read out of the customer's words, and how it is asked for.

A kind of change needs the fields of its request (`agent/actions.py`). Each field is made of the blanks below; so another
kind of change needs a line in `wishes.py`, and a blank here only if it takes something that no other does.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_args

from agent.actions import CancelReason, GoodwillReason, PartialReason, ReturnReason
from agent.changes import CHANGES
from agent.consent import Consent, read_consent
from agent.models import choosing, understanding
from agent.models.address_words import address_fields
from agent.models.options import Wanted, wanted
from agent.models.order_words import gift_cards, option_row, pieces, rows
from agent.models.table import Blank, Heard, Question, Table
from agent.models.task import before_newest
from agent.orders import OrderItem, RefundTo, Variant

# --- items, how many, and which option -------------------------------------------------------------------------

_WHICH_ITEMS = {
    "cancel_items": "Which items of order {order} shall be taken out?",
    "return_items": "Which items of order {order} would you like to return?",
    "change_items": "Which items of order {order} would you like in another option?",
    "exchange_items": "Which items of order {order} would you like in another option?",
    "partial_refund": "Which items of order {order} is it about?",
}
_HOW_MANY = {"return_items": "would you like to return", "cancel_items": "shall be taken out"}


def _read_items(heard: Heard, table: Table) -> list[str] | None:
    before = table.given.get("items")
    if len(table.left) == 1:
        return [table.left[0].id]
    if len(table.chosen) > 1 and (left := choosing.still_meant(heard.text, table.chosen)):
        return [item.id for item in left]
    named = choosing.items_meant(heard.text, table.left)
    if heard.answers:
        named = named or choosing.by_place(heard.text, table.left)
        if not named and (one := choosing.named_alike(heard.text, table.left, lambda item: item.variant)):
            named = [one]  # "the black one", where two things have one name
    elif before and ({item.id for item in named} <= set(before) or understanding.means_all(heard.text)):
        return None  # an answer about some of them ("the fleece in L") does not leave out the others
    return [item.id for item in named] or None


def _ask_items(table: Table) -> Question | None:
    if not table.left or table.order is None:
        return None
    question = _WHICH_ITEMS[table.task.wish].format(order=table.order.number)
    return "items", question + rows(pieces(item) for item in table.left)


def _read_quantity(heard: Heard, table: Table) -> dict[str, int]:
    known, about = table.given.get("quantity", {}), table.task.about if heard.answers else ""
    counts = {}
    for item in table.chosen:
        if item.id == about:
            count = understanding.number_meant(heard.text)
        elif understanding.means_all(heard.text) and (about or item.id in known):
            count = None  # "both" is said of what was asked for
        else:
            count = choosing.quantity_meant(heard.text, item)
        if count:
            left = item.quantity - item.returned
            # More than are left is for the rules to refuse, lest the customer's number be changed in silence.
            counts[item.id] = left if count == understanding.ALL else count
    return counts


def _ask_quantity(table: Table) -> Question | None:
    counts = table.given.get("quantity", {})
    item = next((item for item in table.chosen if item.id not in counts), None)
    if item is None:
        return None
    verb = _HOW_MANY.get(table.task.wish, "is it about")
    return f"quantity:{item.id}", f"How many of these {verb}: {pieces(item)}?"


def _read_variant(heard: Heard, table: Table) -> dict[str, str]:
    if heard.text != table.task.newest:
        return {}  # the older messages are read together with the newest
    found = {}
    for item in table.chosen:
        variant = _wanted(item, table).chosen
        if variant is None and table.task.asked_for == f"variant:{item.id}":
            variant = _by_place_or_yes(
                heard.text, _offered(item, replace(table, task=before_newest(table.task)))
            )
        if variant is not None:
            found[item.id] = variant.sku
    return found


def _wanted(item: OrderItem, table: Table) -> Wanted:
    """What was said of the option of an item; once one is chosen, what the newest message says of another."""
    task, chosen = table.task, table.given.get("variant", {}).get(item.id)
    answers = task.asked_for == f"variant:{item.id}"
    of_it = [t if len(table.chosen) == 1 else choosing.words_about(t, item, table.chosen) for t in task.said]
    if answers and of_it:
        of_it[-1] = task.newest
    own = [variant for variant in table.variants if variant.product == item.product]
    return wanted(of_it[-1:] if chosen else of_it, own, chosen or item.sku, has=item.sku, answers=answers)


def _offered(item: OrderItem, table: Table) -> list[Variant]:
    """The options to choose from: those that fit what was said, else all others."""
    fitting = _wanted(item, table).fitting
    return [option for option in table.options(item) if not fitting or option in fitting]


def _ask_variant(table: Table) -> Question | None:
    known = table.given.get("variant", {})
    item = next((item for item in table.chosen if item.id not in known and table.options(item)), None)
    if item is None:
        return None
    said, offered = _wanted(item, table), _offered(item, table)
    first = f"{said.sold_out.variant} is sold out. " if said.sold_out else ""
    closest = " These come closest to what you said:" if len(offered) < len(table.options(item)) else ""
    question = f"{first}Which option would you like instead of {item.name} ({item.variant})?{closest}"
    return f"variant:{item.id}", question + rows(option_row(option, item) for option in offered)


# --- why, where to, how much -----------------------------------------------------------------------------------

_WHY = {
    CancelReason: "Is it no longer needed, or was it ordered by mistake?",
    ReturnReason: "Why do you send it back: does it not fit, have you changed your mind, or is it faulty?",
    PartialReason: "What happened: is the price lower now, is something missing, or is something damaged?",
    GoodwillReason: "What went wrong: was the delivery late, did a repair fail, or was a promise not kept?",
}


def _reasons(table: Table) -> type[StrEnum]:
    """The reasons that this kind of request knows."""
    kind: type[StrEnum] = get_args(CHANGES[table.task.wish].request.model_fields["reason"].annotation)[0]
    return kind


def _read_reason(heard: Heard, table: Table) -> str | None:
    reasons = _reasons(table)
    said = understanding.reason_meant(heard.text, reasons)
    if said is None and heard.answers and reasons is not ReturnReason:
        said = next(iter(choosing.by_place(heard.text, list(reasons))), None)
    return str(said) if said else None


def _read_refund_to(heard: Heard, table: Table) -> str | None:
    if heard.answers and table.given.get("refund_to") and table.customer:
        card = choosing.method_meant(heard.text, gift_cards(table.customer)) or _by_place_or_yes(
            heard.text, gift_cards(table.customer)
        )
        if card:
            return card.id
    choice = understanding.refund_choice(heard.text, table.order.payment_method if table.order else None)
    if choice is None and table.given.get("reason") == ReturnReason.FAULTY:
        choice = RefundTo.ORIGINAL
    return str(choice) if choice else None


def _ask_refund_to(table: Table) -> Question:
    if table.given.get("refund_to") and table.customer:
        return "refund_to", "To which gift card?" + rows(m.label for m in gift_cards(table.customer))
    paid_with = f" ({table.order.payment_method.label})" if table.order else ""
    return "refund_to", f"Would you like the refund to your original payment{paid_with}, or to a gift card?"


def _read_method(heard: Heard, table: Table) -> str | None:
    if not heard.answers and table.task.wish != "change_payment":
        return None  # a payment method that is spoken of in passing is no choice
    # "From Visa to PayPal": what comes last is meant.
    new = heard.text if heard.answers else choosing.after_to(heard.text)
    own = [*table.methods, *([table.order.payment_method] if table.order else [])]
    method = choosing.method_meant(new, table.methods) or choosing.method_meant(new, own)
    if method is None and heard.answers:
        method = _by_place_or_yes(heard.text, table.methods)
    return method.id if method else None


def _ask_method(table: Table) -> Question | None:
    if not table.methods:
        return None
    question = (
        "Which payment method would you like instead?"
        if table.task.wish == "change_payment"
        else "The price is not the same. With which payment method shall the difference be settled?"
    )
    return "method", question + rows(method.label for method in table.methods)


def _read_amount(heard: Heard, _: Table) -> str | None:
    return (
        understanding.amount_meant(heard.text) if heard.answers or not heard.text.strip().isdigit() else None
    )


def _ask_amount(table: Table) -> Question:
    currency = table.order.total.currency if table.order else ""
    return (
        "amount",
        f"Which amount in {currency} do you have in mind? Please write it in figures, such as 10.00.",
    )


# --- the account -----------------------------------------------------------------------------------------------


def _read_subscription(heard: Heard, table: Table) -> str | None:
    all_ = table.customer.subscriptions if table.customer else ()
    if len(all_) == 1:
        return all_[0].id
    meant = choosing.named_alike(heard.text, all_, lambda s: s.name)
    if meant is None and heard.answers:
        meant = _by_place_or_yes(heard.text, all_)
    return meant.id if meant else None


def _ask_subscription(table: Table) -> Question | None:
    all_ = table.customer.subscriptions if table.customer else ()
    listed = rows(f"{s.name}, {s.price}" for s in all_)
    return ("subscription", f"Which subscription do you mean?{listed}") if all_ else None


_LONGEST_TOWN = 3  # words
_PARTS = {
    "name": "the recipient",
    "line1": "the street with house number",
    "postcode": "the postcode",
    "city": "the town",
    "state": "the state",
    "country": "the country",
}


def _read_address(heard: Heard, table: Table) -> dict[str, str]:
    found, text = address_fields(heard.text), heard.text.strip()
    missing = table.task.about.split(",")
    if found or not heard.answers or "?" in text:
        return found
    if len(missing) == 1 and missing[0] in _PARTS:
        return {missing[0]: text}  # the one part that was asked for, as typed
    is_town = "city" in missing and not re.search(r"\d", text) and len(text.split()) <= _LONGEST_TOWN
    return {"city": text} if is_town else {}


def ask_address(missing: tuple[str, ...], table: Table) -> Question:
    """Ask for the parts that are missing or not usable."""
    parts = [part for part in _PARTS if part in missing]
    listed, asked_for = ", ".join(_PARTS[part] for part in parts), f"address:{','.join(parts)}"
    known = table.given.get("address", {})
    if parts and all(part in known for part in parts):
        return asked_for, f"I cannot use this as it stands: {listed}. Could you write it once more?"
    return asked_for, f"What is the new address? I still need: {listed}."


BLANKS: Mapping[str, Blank] = MappingProxyType(
    {
        "items": Blank(_read_items, _ask_items),
        "quantity": Blank(_read_quantity, _ask_quantity),
        "variant": Blank(_read_variant, _ask_variant),
        "reason": Blank(_read_reason, lambda table: ("reason", _WHY[_reasons(table)])),
        "refund_to": Blank(_read_refund_to, _ask_refund_to),
        "method": Blank(_read_method, _ask_method),
        "amount": Blank(_read_amount, _ask_amount),
        "subscription": Blank(_read_subscription, _ask_subscription),
        "address": Blank(_read_address, lambda table: ask_address(("line1", "postcode", "city"), table)),
    }
)


def _by_place_or_yes(text: str, choices: Any) -> Any:
    """The one of a list that was shown: by its place, or the only one, agreed to."""
    if len(choices) == 1 and read_consent(text) is Consent.YES:
        return choices[0]
    return next(iter(choosing.by_place(text, choices)), None)
