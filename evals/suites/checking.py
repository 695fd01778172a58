"""What cannot be: a world that contradicts itself, a customer who cannot be played, an expectation that can never hold.

Each check tells the way to the part that is wrong and what is wrong with it.
"""

import difflib
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.demo_shop.records import ShopOrder
from agent.orders import OrderStatus
from escalation.records import Reason
from evals.amounts import read_amount
from evals.suites import known
from evals.suites.case import Case, Customer, Expected, Line, World
from evals.suites.marks import Place

Fault = tuple[Place, str]
ACTS = ("say", "confirm", "cancel", "ask_for_person", "wait_minutes", "person_says", "hand_back")
_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)
_FIXED = {"number", "customer_id"}  # what an order is known by


def impossible(case: Case) -> Iterator[Fault]:
    """Everything that cannot be in a case."""
    yield from _world(case.world)
    yield from _customer(case.customer, case.world)
    yield from _expected(case)
    for name, patterns in _patterns(case):
        for pattern in patterns:
            if what := _wrong_pattern(pattern):
                yield name, f"{pattern!r} is no regular expression: {what}"


# --- the world


def _world(world: World) -> Iterator[Fault]:
    if world.now.tzinfo is None:
        yield ("world", "now"), "`now` needs a time zone, such as 2026-11-23T10:00:00Z"
    if world.customer is None and world.customer_name is not None:
        yield ("world", "customer_name"), "a visitor who is not signed in has no name at the shop"
    if world.customer is not None:
        yield from _named(("world", "customer"), world.customer, known.customers(world.shop), "customer")
    if world.shop == "retail" and world.orders:
        yield ("world", "orders"), "orders of the retail world cannot be set"
    elif world.now.tzinfo is not None:
        for number, fields in world.orders.items():
            for way, what in _order(number, fields, world):
                yield ("world", "orders", number, *way), what
    slugs = [article.slug for article in world.articles]
    for slug in {slug for slug in slugs if slugs.count(slug) > 1}:
        yield ("world", "articles"), f"two articles have the slug {slug}"


def _order(number: str, fields: dict[str, Any], world: World) -> Iterator[Fault]:
    yield from _named((), number, known.owners(world.shop), "order")
    for name in fields:
        if name in _FIXED:
            yield (name,), f"`{name}` of order {number} is {known.owners(world.shop).get(number)}'s and stays"
        else:
            yield from _named((name,), name, ShopOrder.model_fields, "field of an order")
    status = fields.get("status")
    if status is not None:
        yield from _named(("status",), status, set(OrderStatus), "status")
    times: dict[str, datetime] = {}
    for name in ("placed_at", "shipped_at", "delivered_at"):
        if fields.get(name) is None:
            continue
        try:
            times[name] = _MOMENT.validate_python(fields[name])
        except ValidationError:
            yield (name,), f"`{name}` is no time: {fields[name]!r}"
            continue
        if times[name].tzinfo is None:
            yield (name,), f"`{name}` needs a time zone, such as 2026-11-20T10:00:00Z"
            return
        if times[name] > world.now:
            yield (name,), f"`{name}` lies after the world's now ({world.now:%Y-%m-%d %H:%M})"
    came = list(times.values())
    if came != sorted(came):
        yield (), f"order {number} was shipped before it was placed, or delivered before it was shipped"
    total, refunded = fields.get("total_cents"), fields.get("refunded_cents")
    if isinstance(total, int) and isinstance(refunded, int) and refunded > total:
        yield ("refunded_cents",), f"more of order {number} is refunded than was paid"


# --- the customer


def _customer(customer: Customer, world: World) -> Iterator[Fault]:
    if bool(customer.lines) == (customer.goal is not None):
        yield ("customer",), "a customer has either `lines` or a `goal`"
    if customer.goal is not None:
        for kind in customer.goal.accepts:
            yield from _named(("customer", "goal", "accepts"), kind, known.kinds(), "kind of change")
    names = [line.name for line in customer.lines if line.name]
    for number, line in enumerate(customer.lines):
        place = ("customer", "lines", number)
        done = [act for act in ACTS if getattr(line, act) is not None]
        if len(done) != 1:
            yield (
                place,
                f"a step does one of {', '.join(ACTS)}; this one {'all of ' + ', '.join(done) if done else 'none'}",
            )
        if line.name and names.count(line.name) > 1:
            yield (*place, "name"), f"two steps have the name {line.name}"
        if line.goto:
            yield from _named((*place, "goto"), line.goto, names, "step")
        if line.person_says and world.agents == 0:
            yield (*place, "person_says"), "nobody is at the desk (agents: 0) who could say this"
    if customer.lines and not any(line.say or line.ask_for_person for line in customer.lines):
        yield ("customer", "lines"), "the customer never says anything"


# --- what must be true


def _expected(case: Case) -> Iterator[Fault]:
    for way, what in (*_handoff(case.expect, case.customer), *_named_things(case), *_sayings(case.expect)):
        yield ("expect", *way), what
    if not case.expect.model_fields_set and case.same_as is None:
        yield ("expect",), "nothing is expected"


def _handoff(expect: Expected, customer: Customer) -> Iterator[Fault]:
    steps: Collection[Line] = customer.lines
    given_back = any(line.hand_back is not None for line in steps)
    if expect.floor == "ai" and expect.handoff and not given_back:
        yield ("floor",), "the AI cannot have the floor after a handoff that nobody hands back"
    if expect.floor in ("queue", "human") and expect.handoff is False:
        yield ("handoff",), f"the floor cannot be {expect.floor} without a handoff"
    if expect.floor == "human" and not any(line.person_says for line in steps):
        yield ("floor",), "no person takes the conversation (`person_says`), so none can have it"
    told = ("reason", "rule", "queue", "urgency", "briefing")
    of_one = [name for name in told if getattr(expect, name) is not None]
    if expect.handoff is False and of_one:
        yield (of_one[0],), f"without a handoff there is no {of_one[0]}"
    if expect.handoff is False and expect.outcome == "person":
        yield ("outcome",), "the outcome cannot be a person without a handoff"
    if expect.rule is not None:
        yield from _named(("rule",), expect.rule, known.rules(), "rule")
        reason = known.rules().get(expect.rule)
        if expect.reason is not None and reason is not None and expect.reason != Reason(reason):
            yield ("reason",), f"the rule {expect.rule} has the reason {reason}, not {expect.reason}"
    if expect.queue is not None:
        yield from _named(("queue",), expect.queue, known.queues(), "queue")


def _named_things(case: Case) -> Iterator[Fault]:
    expect, world = case.expect, case.world
    owners, articles = known.owners(world.shop), known.articles_of(world)
    for number, receipt in enumerate(expect.receipts or ()):
        place = ("receipts", number)
        yield from _named((*place, "kind"), receipt.kind, known.kinds(), "kind of change")
        if world.customer is None:
            yield place, "nothing can be changed for a visitor who is not signed in"
        if receipt.order is not None:
            yield from _named((*place, "order"), receipt.order, owners, "order")
            if owners.get(receipt.order, world.customer) != world.customer:
                yield (
                    (*place, "order"),
                    f"order {receipt.order} is {owners[receipt.order]}'s, not the customer's",
                )
        if receipt.refund is not None and read_amount(receipt.refund) is None:
            yield (*place, "refund"), f"{receipt.refund!r} is no amount such as 81.50 EUR"
    for kind in expect.proposes or ():
        yield from _named(("proposes",), kind, known.kinds(), "kind of change")
    if expect.proposes and world.customer is None:
        yield ("proposes",), "nothing can be proposed to a visitor who is not signed in"
    for order in expect.orders:
        yield from _named(("orders", order), order, owners, "order")
    for name in ("cites", "cites_only"):
        for slug in getattr(expect, name) or ():
            yield from _named((name,), slug, articles, "article")
    if expect.cites is not None and expect.cites_only is not None:
        for slug in set(expect.cites) - set(expect.cites_only):
            yield ("cites",), f"{slug} must be cited and may not be (`cites_only`)"


def _sayings(expect: Expected) -> Iterator[Fault]:
    for pattern in {*expect.says, *expect.first_says} & set(expect.never_says):
        yield ("never_says",), f"{pattern!r} must be said and may not be"
    if expect.briefing:
        for pattern in set(expect.briefing.mentions) & set(expect.briefing.omits):
            yield ("briefing", "omits"), f"{pattern!r} must be mentioned and may not be"


def _patterns(case: Case) -> Iterator[tuple[Place, tuple[str, ...]]]:
    expect = case.expect
    for name in ("says", "never_says", "first_says"):
        yield ("expect", name), getattr(expect, name)
    if expect.briefing:
        yield ("expect", "briefing", "mentions"), expect.briefing.mentions
        yield ("expect", "briefing", "omits"), expect.briefing.omits
    for number, line in enumerate(case.customer.lines):
        yield ("customer", "lines", number, "if_told"), (line.if_told,) if line.if_told else ()


def _wrong_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _named(place: Place, name: str, there_are: Collection[str], what: str) -> Iterator[Fault]:
    if name not in there_are:
        near = difflib.get_close_matches(str(name), list(there_are), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        yield place, f"there is no {what} {name!r}.{hint}"
