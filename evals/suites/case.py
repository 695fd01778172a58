"""The form of a case: a world, a customer, and what must be true when the conversation has come to rest.

Every class forbids unknown fields, so that a misspelt expectation is an error and not one that always holds. The JSON schema of
`SuiteFile` (`candor eval schema`) gives editors completion.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent.records import ApprovalStatus, Floor
from agent.signals import Emotion
from escalation.records import Reason, Urgency

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Pattern = Annotated[
    str, StringConstraints(min_length=1, max_length=500)
]  # a regular expression, searched in any case


class Part(BaseModel):
    """What all parts share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- the world


class Article(Part):
    """An article beside those of the world's help centre; with the slug of one of them, in its place."""

    slug: Id
    title: Text
    text: Text  # Markdown
    audience: Literal["public", "signed_in", "internal"] = "public"
    locale: str = "en"
    valid_from: date | None = None
    valid_until: date | None = None


class Refund(Part):
    """Money that the shop has sent back before the first word."""

    order: str
    amount: str  # as "24.00 EUR"
    to: str | None = None  # None: to how the order was paid
    days_ago: int = Field(default=1, ge=0, le=3650)


class Subscription(Part):
    """Something of the customer's that renews itself."""

    id: str
    name: Text
    price: str  # as "24.00 EUR"
    next_charge: date
    renews: bool = True


class World(Part):
    """What is there before the first word. What is not said is the demo shop's (`agent/demo_shop/catalogue.py`)."""

    shop: Literal["demo", "retail"] = "demo"
    now: datetime = datetime.fromisoformat(
        "2026-11-23T10:00:00+00:00"
    )  # a Monday morning on which the desk is open
    customer: str | None = None  # an id of the shop's customer; None is a visitor who is not signed in
    customer_name: str | None = None  # in place of the shop's
    orders: dict[str, dict[str, Any]] = Field(default_factory=dict)  # by number: fields of `ShopOrder` to set
    items: dict[str, dict[str, Any]] = Field(
        default_factory=dict
    )  # by id, as 10387-2: fields of `ShopOrderItem` to set
    stock: dict[str, int] = Field(default_factory=dict)  # by sku: pieces that are there
    refunds: tuple[Refund, ...] = ()  # beside the shop's
    subscriptions: tuple[Subscription, ...] | None = None  # the customer's, in place of the shop's
    earlier: tuple["Earlier", ...] = ()  # the customer's conversations before this one, oldest first
    help_centre: Literal["demo", "none"] = "demo"
    articles: tuple[Article, ...] = ()
    agents: int = Field(default=2, ge=0, le=50)  # people who are at the desk and take nothing
    faults: tuple[Literal["shop_down", "model_down"], ...] = ()


# --- the customer


class Line(Part):
    """One step of a customer, or of the person at the desk. Exactly one of `say`, `confirm`, `cancel`, `ask_for_person`, `wait_minutes`,
    `person_says`, `hand_back`, `approve`, `refuse`.
    """

    say: Text | None = None
    confirm: Literal[True] | None = None  # presses Confirm on the open proposal
    cancel: Literal[True] | None = None  # presses Cancel on it
    ask_for_person: Literal[True] | None = None  # presses the button
    wait_minutes: int | None = Field(default=None, ge=1, le=60 * 24 * 60)
    person_says: Text | None = (
        None  # a person at the desk takes the conversation, if none has, and writes this
    )
    hand_back: Text | None = None  # the person hands back to the AI with this note
    approve: Literal[True] | None = None  # a person takes the conversation and allows what waits for approval
    refuse: Text | None = None  # or does not, with this note for the desk
    if_told: Pattern | None = None  # the step is taken only if what was told since the last step matches
    goto: Id | None = None  # after it, go on at the step of this name
    name: Id | None = None


class Earlier(Part):
    """An earlier conversation of the same customer, taken step by step as it was; the person who has it closes it."""

    days_ago: float = Field(gt=0, le=3650)
    lines: tuple[Line, ...] = Field(min_length=1)


World.model_rebuild()


class Goal(Part):
    """What a simulated customer wants, played by rules (`evals/simulating.py`): answers what is asked, confirms what is wanted."""

    wants: Text  # in the customer's words; the first message unless `opening` is given
    opening: Text | None = None
    knows: dict[str, str] = Field(
        default_factory=dict
    )  # what can be told when it is asked: order, item, size, address, reason, …
    accepts: tuple[
        str, ...
    ] = ()  # kinds of changes that the customer confirms; any other proposal is cancelled
    patience: int = Field(default=12, ge=1, le=40)  # messages, after which the customer leaves


class Customer(Part):
    """Scripted `lines` or a `goal`."""

    lines: tuple[Line, ...] = ()
    goal: Goal | None = None


# --- what must be true


class Receipt(Part):
    """A change that the shop has made."""

    kind: str
    order: str | None = None
    refund: str | None = None  # as "81.50 EUR"; None is not looked at


class Approval(Part):
    """A change that a person must allow, and what became of it."""

    kind: str
    order: str | None = None
    status: ApprovalStatus


class Briefing(Part):
    """The briefing of the handoff."""

    mentions: tuple[Pattern, ...] = ()
    omits: tuple[Pattern, ...] = ()


class Expected(Part):
    """What must be true when the conversation has come to rest. What is not said is not looked at."""

    floor: Floor | None = None
    outcome: Literal["answer", "unknown", "person", "silent"] | None = None  # of the last turn
    handoff: bool | None = None  # whether there was one at any time
    reason: Reason | None = None
    rule: str | None = None  # id of the trigger
    queue: str | None = None
    urgency: Urgency | None = None
    receipts: tuple[Receipt, ...] | None = None  # all changes that were made, in any order; [] is none
    approvals: tuple[Approval, ...] | None = (
        None  # all requests for a person's approval, in their order; [] is none
    )
    proposes: tuple[str, ...] | None = None  # kinds of all proposals that were shown, in their order
    orders: dict[str, dict[str, Any]] = Field(
        default_factory=dict
    )  # by number: fields as the shop shows them
    cites: tuple[Id, ...] | None = None  # slugs that the AI's answers cite, at least
    cites_any: tuple[Id, ...] | None = None  # of these, one at least
    cites_only: tuple[Id, ...] | None = None  # and at most
    says: tuple[Pattern, ...] = ()  # each somewhere in what the AI said
    never_says: tuple[Pattern, ...] = ()  # in nothing that the customer was told
    first_says: tuple[Pattern, ...] = ()  # each in the AI's first reply
    emotion: tuple[Emotion, ...] = ()  # of the customer's last message: one of these
    level: int | None = Field(default=None, ge=0, le=4)  # of the emotional trajectory at the end
    briefing: Briefing | None = None


class Case(Part):
    """One case. `harm` names what happens to whom if it fails; `why` is the reason for its being there."""

    id: Id
    why: Text
    harm: Literal[
        "wrong end state", "false promise", "unsupported claim", "missed handoff", "needless handoff", "blocked exit", "leaked data",
        "wrong citation", "did not answer", "summary misses fact", "unfair", "overconfident", "wrong tone",
        "undisclosed",
    ]  # fmt: skip
    tags: tuple[str, ...] = ()
    world: World = World()
    customer: Customer
    expect: Expected
    same_as: Id | None = (
        None  # outcome, floor, reason, proposals, receipts and citations must be those of this case
    )
    doors: tuple[Literal["widget", "rest", "copilot"], ...] = (
        "widget",
    )  # where the same is asked; the answers must be the same


class SuiteFile(Part):
    """One file. The suite is the name of its folder."""

    about: Text
    world: World = World()  # of cases that do not say their own
    cases: tuple[Case, ...] = Field(min_length=1)
