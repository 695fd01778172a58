"""From a request's words to the arguments of its tool: fill the blanks in, see what must be shown first, ask for the rest."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent.changes import CHANGES
from agent.gloss import in_english
from agent.models.blanks import BLANKS, ask_address
from agent.models.table import Blank, Heard, Question, Table
from agent.models.task import Call

# What a field of a request is made of, where that is more than one blank.
_BLANKS_OF = MappingProxyType({"lines": ("items", "quantity"), "swaps": ("items", "quantity", "variant")})
_OF_ADDRESS = frozenset({"name", "line1", "line2", "postcode", "city", "state", "country"})


def fields_of(kind: str) -> list[str]:
    """What a request of this kind takes, in the order in which it is asked for; the order itself is found before."""
    return [name for name in CHANGES[kind].request.model_fields if name not in ("kind", "order")]


def needs_order(kind: str) -> bool:
    """Whether a request of this kind is about an order."""
    return "order" in CHANGES[kind].request.model_fields


def filled(table: Table) -> Table:
    """The table with all that the customer's words give so far.

    What is said later counts: first the older messages, then what earlier questions brought, then the newest message.
    """
    for name in dict.fromkeys(b for f in fields_of(table.task.wish) for b in _BLANKS_OF.get(f, (f,))):
        blank, given = BLANKS[name], table.given.get(name)
        value: Any = None
        for text in table.task.said[:-1]:
            value = _both(value, _read(blank, Heard(text), table))
        value = _both(value, given)
        newest = Heard(table.task.newest, answers=table.task.blank == name)
        value = _both(value, _read(blank, newest, table))
        if value:
            table = replace(table, task=replace(table.task, given={**table.given, name: value}))
    return table


def _read(blank: Blank, heard: Heard, table: Table) -> Any:
    """What a message gives for a blank; if nothing, what it gives word by word in English ("die Mütze": "the hat")."""
    found = blank.read(heard, table)
    english = in_english(heard.text)
    return found or (blank.read(replace(heard, text=english), table) if english != heard.text else found)


def _both(before: Any, now: Any) -> Any:
    """What is filled in piece by piece is put together; else the later counts."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        return {**before, **now}
    return now or before


def to_look_up(table: Table, tools: frozenset[str]) -> tuple[Call, ...]:
    """The tools that must show something before the blanks can be filled."""
    fields, calls = fields_of(table.task.wish), []
    needs_account = {"method", "subscription"} & {*fields} or ("address" in fields and table.order is None)
    which_gift_card = "refund_to" in fields and table.given.get("refund_to") == "gift_card"
    if (needs_account or which_gift_card) and table.customer is None:
        calls.append(Call("show_account"))
    if "swaps" in fields and table.order is not None and not table.variants:
        calls += [Call("show_variants", {"order": table.order.number, "item_id": i.id}) for i in table.chosen]
    return tuple(call for call in calls if call.tool in tools)


def arguments(table: Table) -> dict[str, Any]:
    """What the tool is given. A list is given whole or not at all, so that nothing is proposed in halves."""
    given = {name: value for name, value in table.given.items() if name in fields_of(table.task.wish)}
    counts, skus = table.given.get("quantity", {}), table.given.get("variant", {})
    fields, ids = fields_of(table.task.wish), [item.id for item in table.chosen]
    if "lines" in fields and all(id_ in counts for id_ in ids):
        given["lines"] = [{"item_id": id_, "quantity": counts[id_]} for id_ in ids]
    if "swaps" in fields and all(id_ in counts and id_ in skus for id_ in ids):
        # Of "all to the cheapest" one may be that already; one alone is for the rules to refuse.
        other = [item.id for item in table.chosen if skus[item.id] != item.sku] or ids
        given["swaps"] = [{"item_id": id_, "sku": skus[id_], "quantity": counts[id_]} for id_ in other]
    if given.get("swaps") and "method" not in given and table.order and _costs_the_same(table):
        given["method"] = table.order.payment_method.id  # named by the rules, and nothing is paid
    if "address" in fields:
        given["address"] = _as_before(table) | given.get("address", {})
    return ({"order": table.order.number} if table.order else {}) | given


def _costs_the_same(table: Table) -> bool:
    """Whether each chosen option has the price that was paid."""
    prices, skus = {v.sku: v.price for v in table.variants}, table.given["variant"]
    return all(prices.get(skus[item.id]) == item.unit_price for item in table.chosen)


def _as_before(table: Table) -> dict[str, str]:
    """Who receives it and the country stay as they are unless the customer says otherwise."""
    old = table.order.address if table.order else table.customer.address if table.customer else None
    if old is not None:
        return {"name": old.name, "country": old.country}
    return {"name": table.customer.name} if table.customer else {}


def question_for(needed: tuple[str, ...], table: Table) -> Question | None:
    """The question for what the rules miss; None if there is nothing that could be chosen."""
    if _OF_ADDRESS & set(needed):
        return ask_address(needed, table)
    fields = fields_of(table.task.wish)
    field = next((f for f in fields if f in needed), "swaps" if "swaps" in fields else "")
    blanks = _BLANKS_OF.get(field, (field,) if field in BLANKS else ())
    questions = [BLANKS[name].ask(table) for name in blanks if not _is_whole(name, table)]
    return next((question for question in questions if question), None)


def _is_whole(name: str, table: Table) -> bool:
    """Whether nothing of a blank that has parts is missing. One without parts was filled, and is not usable."""
    value = table.given.get(name)
    if name == "items":
        return bool(table.chosen)
    return bool(value) and isinstance(value, Mapping) and all(item.id in value for item in table.chosen)
