"""What cannot be: a world that contradicts itself, a customer who cannot be played, an expectation that can never hold.

Each check tells the way to the part that is wrong and what is wrong with it.
"""

import re
from collections.abc import Collection, Iterator

from escalation.records import Reason
from evals.amounts import read_amount
from evals.suites import known
from evals.suites.case import Case, Customer, Expected, Line, World
from evals.suites.marks import Place
from evals.suites.naming import Fault, named
from evals.suites.worlds import impossible_in

ACTS = (
    "say", "confirm", "cancel", "ask_for_person", "wait_minutes", "person_says", "hand_back", "approve", "refuse",
)  # fmt: skip
AT_THE_DESK = ("person_says", "approve", "refuse")


def impossible(case: Case) -> Iterator[Fault]:
    """Everything that cannot be in a case."""
    for way, what in impossible_in(case.world):
        yield ("world", *way), what
    yield from _customer(case.customer, case.world)
    for number, earlier in enumerate(case.world.earlier):
        for way, what in _customer(Customer(lines=earlier.lines), case.world):
            yield ("world", "earlier", number, *way[1:]), what  # `lines` in place of `customer`, `lines`
    yield from _expected(case)
    for name, patterns in _patterns(case):
        for pattern in patterns:
            if wrong := _wrong_pattern(pattern):
                yield name, f"{pattern!r} is no regular expression: {wrong}"


# --- the customer


def _customer(customer: Customer, world: World) -> Iterator[Fault]:
    if bool(customer.lines) == (customer.goal is not None):
        yield ("customer",), "a customer has either `lines` or a `goal`"
    if customer.goal is not None:
        for kind in customer.goal.accepts:
            yield from named(("customer", "goal", "accepts"), kind, known.kinds(), "kind of change")
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
            yield from named((*place, "goto"), line.goto, names, "step")
        at_the_desk = next((act for act in AT_THE_DESK if getattr(line, act)), None)
        if at_the_desk and world.agents == 0:
            yield (*place, at_the_desk), "nobody is at the desk (agents: 0) who could do this"
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
    if expect.floor == "human" and not any(getattr(line, act) for line in steps for act in AT_THE_DESK):
        yield (
            ("floor",),
            f"no person takes the conversation (`{'`, `'.join(AT_THE_DESK)}`), so none can have it",
        )
    told = ("reason", "rule", "queue", "urgency", "briefing")
    of_one = [name for name in told if getattr(expect, name) is not None]
    if expect.handoff is False and of_one:
        yield (of_one[0],), f"without a handoff there is no {of_one[0]}"
    if expect.handoff is False and expect.outcome == "person":
        yield ("outcome",), "the outcome cannot be a person without a handoff"
    if expect.rule is not None:
        yield from named(("rule",), expect.rule, known.rules(), "rule")
        reason = known.rules().get(expect.rule)
        if expect.reason is not None and reason is not None and expect.reason != Reason(reason):
            yield ("reason",), f"the rule {expect.rule} has the reason {reason}, not {expect.reason}"
    if expect.queue is not None:
        yield from named(("queue",), expect.queue, known.queues(), "queue")


def _named_things(case: Case) -> Iterator[Fault]:
    expect, world = case.expect, case.world
    owners, articles = known.owners(world.shop), known.articles_of(world)
    yield from _receipts(case)
    for kind in expect.proposes or ():
        yield from named(("proposes",), kind, known.kinds(), "kind of change")
    if expect.proposes and world.customer is None:
        yield ("proposes",), "nothing can be proposed to a visitor who is not signed in"
    for order in expect.orders:
        yield from named(("orders", order), order, owners, "order")
    for name in ("cites", "cites_any", "cites_only"):
        for slug in getattr(expect, name) or ():
            yield from named((name,), slug, articles, "article")
    if expect.cites is not None and expect.cites_only is not None:
        for slug in set(expect.cites) - set(expect.cites_only):
            yield ("cites",), f"{slug} must be cited and may not be (`cites_only`)"
    if expect.cites_any is not None and not set(expect.cites_any) & set(
        expect.cites_only or expect.cites_any
    ):
        yield ("cites_any",), "one of these must be cited and none may be (`cites_only`)"
    for number, approval in enumerate(expect.approvals or ()):
        yield from named(("approvals", number, "kind"), approval.kind, known.kinds(), "kind of change")
        yield from _order_of_theirs(("approvals", number, "order"), approval.order, world)


def _order_of_theirs(place: Place, order: str | None, world: World) -> Iterator[Fault]:
    if order is None:
        return
    owners = known.owners(world.shop)
    yield from named(place, order, owners, "order")
    if owners.get(order, world.customer) != world.customer:
        yield place, f"order {order} is {owners[order]}'s, not the customer's"


def _receipts(case: Case) -> Iterator[Fault]:
    world = case.world
    for number, receipt in enumerate(case.expect.receipts or ()):
        place = ("receipts", number)
        yield from named((*place, "kind"), receipt.kind, known.kinds(), "kind of change")
        if world.customer is None:
            yield place, "nothing can be changed for a visitor who is not signed in"
        yield from _order_of_theirs((*place, "order"), receipt.order, world)
        if receipt.refund is not None and read_amount(receipt.refund) is None:
            yield (*place, "refund"), f"{receipt.refund!r} is no amount such as 81.50 EUR"


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
