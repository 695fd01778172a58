"""Customers: who says what next, given what they were told. Scripted, played by rules, or played by a language model.

A customer gives steps (`evals.suites.case.Line`) until they have nothing more to do. None of them looks into the product: they read
what a customer reads.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.models import ChatModel
from evals.suites.case import Case, Goal, Line

TWICE = 2  # the same is told, and the same card cancelled, no more often
MOST_STEPS = 60  # of a scripted customer; one that takes more goes round in circles


class LoopingCustomerError(RuntimeError):
    """A scripted customer goes round in circles. `step` is the one that was to be taken once too often, from 0."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the customer goes round in circles: more than {MOST_STEPS} steps")
        self.step = step


@dataclass(frozen=True)
class Heard:
    """What a customer was told since their last step, and what lies before them."""

    told: tuple[str, ...] = ()
    proposal: str | None = None  # the kind of the card that waits for them
    done: tuple[str, ...] = ()  # kinds of changes that they have a receipt for
    floor: str = "ai"

    @property
    def text(self) -> str:
        """All that was told."""
        return "\n".join(self.told)


class Plays(Protocol):
    """A customer."""

    async def next(self, heard: Heard) -> Line | None:
        """The next step; None when there is none. Raises `LoopingCustomerError`."""
        ...


class Scripted:
    """Takes the steps of a script: in order, those whose `if_told` does not match left out, on at `goto` after a step that has one."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._at = 0
        self._taken = 0

    async def next(self, heard: Heard) -> Line | None:
        """The next step whose condition holds."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            holds = line.if_told is None or re.search(line.if_told, heard.text, re.IGNORECASE)
            if not holds:
                self._at += 1
                continue
            self._taken += 1
            if self._taken > MOST_STEPS:
                raise LoopingCustomerError(self._at)
            names = [one.name for one in self._lines]
            self._at = names.index(line.goto) if line.goto else self._at + 1
            return line
        return None


# --- played by rules

# What a question asks for, by the name under which the customer knows it. Tried in this order; the first that the customer knows.
ASKS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        name: re.compile(pattern, re.IGNORECASE)
        for name, pattern in (
            ("order", r"which (of your )?orders?\b|order number|number of (the|your) order|what order"),
            ("address", r"\baddress\b|postcode|street|where (should|shall) (it|we|i) (be )?sen[dt]|recipient|country|city"),
            ("reason", r"\bwhy\b|\breason\b|no longer need|by mistake|what happened|what is wrong"),
            ("refund_to", r"refund(ed)? to|money (back )?(to|on)|gift card or|original payment|which payment method.*refund"),
            ("method", r"payment method|which card|how (would|do) you (like|want) to pay|pay (with|by)"),
            ("size", r"\bsize\b|which (variant|option|colou?r)|what (size|colou?r|variant|option)|instead"),
            ("quantity", r"how many|quantity|pieces"),
            ("item", r"which (of the |of these )?(items?|things?|articles?|products?)|what (would you like|do you want) to (return|exchange|change|cancel)|which one"),
            ("email", r"e-?mail"),
            ("name", r"your (full )?name|what name"),
            ("subscription", r"subscription"),
        )
    }
)  # fmt: skip
QUESTION = re.compile(r"\?|please (tell|give|choose|say|name|let me know)|(tell|give) me", re.IGNORECASE)
_CLOSING = re.compile(
    r"(anything|something) else|can i help|what (else )?can i do|how (else )?(can|may) i help", re.IGNORECASE
)
WAYS = ("{}", "It is {}.", "{}, please.", "That would be {}.")
# Two names of the same: a case may say `variant` or `size`.
_ALSO = {
    "size": ("variant", "colour", "color", "new_item", "instead"), "item": ("items",), "order": ("orders", "number"),
    "method": ("payment", "payment_method"), "refund_to": ("refund", "payment_method"), "address": ("new_address",),
}  # fmt: skip


@dataclass
class PlayedByRules:
    """Wants one thing: answers what is asked out of what they know, confirms what they want, and leaves when it is done or hopeless."""

    goal: Goal
    dice: random.Random
    _said: int = 0
    _given: dict[str, int] = field(default_factory=dict)
    _cancelled: int = 0
    _pressed: int = 0
    _insisted: bool = False
    _lost: int = 0

    async def next(self, heard: Heard) -> Line | None:
        """What a person with this goal would do."""
        if self._said == 0:
            return self._say(self.goal.opening or self.goal.wants)
        if heard.proposal is not None:
            return self._decide(heard.proposal)
        if self._is_done(heard) or heard.floor != "ai" or self._said >= self.goal.patience:
            return None
        return self._answer(heard.text) or self._insist(heard)

    def _is_done(self, heard: Heard) -> bool:
        return bool(self.goal.accepts) and set(self.goal.accepts) <= set(heard.done)

    def _decide(self, kind: str) -> Line | None:
        if kind in self.goal.accepts and self._pressed < len(self.goal.accepts) + 1:
            self._pressed += 1
            return Line(confirm=True)
        self._cancelled += 1
        return Line(cancel=True) if self._cancelled <= TWICE else None

    def _answer(self, text: str) -> Line | None:
        """To a question: what is known of it. The same is told twice at most."""
        if not QUESTION.search(text):
            return None
        for name in self._asked_for(text):
            if self._given.get(name, 0) < TWICE:
                self._given[name] = self._given.get(name, 0) + 1
                return self._say(self.dice.choice(WAYS).format(self.goal.knows[name]))
        if _CLOSING.search(text) or not self._asks(text):
            return None
        self._lost += 1
        return self._say("I do not know that.") if self._lost == 1 else None

    def _asks(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in ASKS.values())

    def _asked_for(self, text: str) -> list[str]:
        """Names of what is known and asked for, what was never told first."""
        known = self.goal.knows
        asked = [
            own
            for name, pattern in ASKS.items()
            if pattern.search(text)
            for own in (name, *_ALSO.get(name, ()))
            if own in known
        ]
        # A name of the case's own is asked for when its words are in the question.
        asked += [name for name in known if name not in asked and _all_in(name.split("_"), text)]
        # Options that are offered by name: the one that the customer means.
        asked += [
            name for name, value in known.items() if name not in asked and value.lower() in text.lower()
        ]
        return sorted(asked, key=lambda name: self._given.get(name, 0))

    def _insist(self, heard: Heard) -> Line | None:
        """Once more, with everything that is known, if something was to be done and is not."""
        if not self.goal.accepts or self._insisted:
            return None
        self._insisted = True
        told = (value for name, value in self.goal.knows.items() if name != "quantity")
        details = ". ".join(dict.fromkeys(told))
        return self._say(f"{self.goal.wants} {details}".strip())

    def _say(self, text: str) -> Line:
        self._said += 1
        return Line(say=text)


# --- played by a language model

_INSTRUCTIONS = """You play a customer who writes to a shop's support. Stay in the role; write one short message at a time.
What you want: {wants}
What you know and tell only when it is asked for: {knows}
When a card asks you to confirm a change, answer exactly CONFIRM if it is what you want ({accepts}), else CANCEL.
Answer exactly LEAVE when you have what you want, when a person takes over, or when it leads nowhere."""


class PlayedByModel:
    """The same goal in a language model's words. It can press the buttons that lie before it and nothing else."""

    def __init__(self, goal: Goal, model: ChatModel) -> None:
        self._goal = goal
        self._model = model
        self._talk: list[BaseMessage] = [
            SystemMessage(
                _INSTRUCTIONS.format(
                    wants=goal.wants,
                    knows="; ".join(f"{name}: {value}" for name, value in goal.knows.items())
                    or "nothing more",
                    accepts=", ".join(goal.accepts) or "you want no change",
                )
            )
        ]

    async def next(self, heard: Heard) -> Line | None:
        """What the model says next."""
        if len(self._talk) > 2 * self._goal.patience:
            return None
        self._talk.append(HumanMessage(heard.text or "(The chat is open. Write your first message.)"))
        said = "".join([chunk.text async for chunk in self._model.astream(self._talk)]).strip()
        self._talk.append(AIMessage(said))
        match said.strip(".").upper():
            case "LEAVE" | "":
                return None
            case "CONFIRM":
                return Line(confirm=True)
            case "CANCEL":
                return Line(cancel=True)
        return Line(say=said)


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words)


def customer_of(case: Case, *, seed: int, repeat: int) -> Plays:
    """The case's customer. The seed chooses the words of one played by rules, and nothing else."""
    if case.customer.goal is not None:
        return PlayedByRules(case.customer.goal, random.Random(f"{seed}:{case.id}:{repeat}"))
    return Scripted(case.customer.lines)
