"""The customer of a retail task: wants what its right change does, and knows what a person with its instruction knows.

They open with their part of the instruction, answer what they are asked, read a card before they confirm it, and say plainly
what they want where the questions lead elsewhere. What only the shop's account or catalogue shows (an order's number, the options of a
product, a price) they can tell once they have read it, or if the instruction has it. Nothing else of the right change passes to the product.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evals.simulating import ASKS, QUESTION, TWICE, WAYS, Heard
from evals.suites.case import Line

PATIENCE = 12  # messages, after which the customer leaves
# A decision that hangs on what something costs: it can be made once a price was read.
_HANGS_ON_A_PRICE = re.compile(
    r"\bif\b[^.]*\b(?:less|more|under|over|cheap|cost|price|total|exceed|expensive)", re.IGNORECASE
)
_A_PRICE = re.compile(r"\$\s?\d")
_MONEY_MOVES = re.compile(r"^(?:Refund|To pay):", re.MULTILINE)


@dataclass(frozen=True)
class Thing:
    """Something in an order: its name, the values that tell it from others, and those of the option that is wanted instead."""

    name: str
    values: tuple[str, ...]
    instead: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"the {self.name} ({', '.join(self.values)})"


@dataclass(frozen=True)
class Errand:
    """What a task's customer wants: the one right change, in their words. `knows`: reason, address, refund_to, method, quantity."""

    opening: str
    instruction: str  # everything that the task tells its player
    kind: str
    otherwise: tuple[str, ...] = ()  # what they say, one after the other, where the opening led nowhere
    order: str = ""  # its number
    in_order: tuple[str, ...] = ()  # names of the things in it, by which the customer tells it apart
    things: tuple[Thing, ...] = ()  # that the change is about
    knows: Mapping[str, str] = field(default_factory=dict)
    method: str = ""  # what a card shows of the payment method that they want: "PayPal", or the last digits


@dataclass
class Shopper:
    """Plays an errand. A customer of `evals.simulating`."""

    errand: Errand
    dice: random.Random
    _read: str = ""
    _said: int = 0
    _given: dict[str, int] = field(default_factory=dict)
    _cancelled: int = 0
    _pressed: int = 0
    _otherwise: int = 0
    _plainly: int = 0

    async def next(self, heard: Heard) -> Line | None:
        """What a person with this errand would do."""
        self._read += f"\n{heard.text}"
        if self._said == 0:
            return self._say(self.errand.opening)
        if heard.proposal is not None:
            return self._decide(heard)
        if self.errand.kind in heard.done or heard.floor != "ai" or self._said >= PATIENCE:
            return None
        return self._answer(heard.text) or self._go_on()

    def _decide(self, heard: Heard) -> Line | None:
        """Confirms a card that shows what they want; says no to any other, and leaves one that comes for the third time."""
        if heard.proposal == self.errand.kind and self._is_right(heard.text) and self._pressed < TWICE:
            self._pressed += 1
            return Line(confirm=True)
        self._cancelled += 1
        return Line(cancel=True) if self._cancelled <= TWICE else None

    def _is_right(self, card: str) -> bool:
        """Whether a card shows the order and each thing, with the option that comes instead, and how it is paid where money moves."""
        needed = [
            self.errand.method if _MONEY_MOVES.search(card) else "",
            self.errand.order,
            *(word for thing in self.errand.things for word in (thing.name, *thing.values, *thing.instead)),
        ]
        nothing_else = not self.errand.things or card.count(" × ") == len(self.errand.things)
        return nothing_else and all(word.lower() in card.lower() for word in needed)

    def _answer(self, text: str) -> Line | None:
        """To a question: what they know of it, what was told least first. The same is told twice at most."""
        if not QUESTION.search(text):
            return None
        for name, answer in sorted(self._answers(text), key=lambda one: self._given.get(one[0], 0)):
            if answer and self._given.get(name, 0) < TWICE:
                self._given[name] = self._given.get(name, 0) + 1
                return self._say(self.dice.choice(WAYS).format(answer))
        return None

    def _answers(self, text: str) -> Iterator[tuple[str, str]]:
        """What is asked for, in the order of `ASKS`, and the answer."""
        for name in (name for name, pattern in ASKS.items() if pattern.search(text)):
            match name:
                case "order" if self.errand.order:
                    yield name, self._order()
                case "size" if thing := self._asked_about(text):
                    yield f"size of {thing}", self._option(thing)
                case "size" if any(thing.instead for thing in self.errand.things):
                    yield name, f"only {self._things()}"
                case "item" if self.errand.things:
                    yield name, self._things()
                case _ if name in self.errand.knows:
                    yield name, self.errand.knows[name]

    def _asked_about(self, text: str) -> Thing | None:
        """The thing of theirs that a question is about, of two with one name that with more of its values."""
        asked = " ".join(line for line in text.splitlines() if "?" in line).lower()
        mine = [thing for thing in self.errand.things if thing.instead and thing.name.lower() in asked]
        return max(
            mine, key=lambda thing: sum(value.lower() in asked for value in thing.values), default=None
        )

    def _go_on(self) -> Line | None:
        """The next that the instruction wants; at last in a plain sentence what it comes to, twice at most.

        Where that hangs on a price it is not said before they have read one.
        """
        if self._otherwise < len(self.errand.otherwise):
            self._otherwise += 1
            return self._say(self.errand.otherwise[self._otherwise - 1])
        waits = _HANGS_ON_A_PRICE.search(self.errand.instruction) and not _A_PRICE.search(self._read)
        if waits or self._plainly >= TWICE:
            return None
        self._plainly += 1
        self._given.clear()  # it begins anew
        order = self.errand.order if self._can_know(self.errand.order) else ""
        return self._say(plainly(self.errand, order=order, swaps=self._swaps()))

    def _order(self) -> str:
        """Its number, if they can know it, else what is in it."""
        known = self._can_know(self.errand.order)
        return (
            self.errand.order
            if known
            else f"the one with {_listed([f'the {name}' for name in self.errand.in_order])}"
        )

    def _things(self) -> str:
        return _listed([str(thing) for thing in self.errand.things])

    def _swaps(self) -> str:
        return _listed([f"{thing} to {self._option(thing)}" for thing in self.errand.things])

    def _option(self, thing: Thing) -> str:
        """What they want instead, if they have read of it in one line; else as much as the instruction has of it."""
        lines = self._read.splitlines()
        seen = any(all(_stands_in(value, line) for value in thing.instead) for line in lines)
        told = (value for value in thing.instead if seen or _stands_in(value, self.errand.instruction))
        return ", ".join(told) or "another option"

    def _can_know(self, value: str) -> bool:
        return _stands_in(value, self._read + self.errand.instruction)

    def _say(self, text: str) -> Line:
        self._said += 1
        return Line(say=text)


def plainly(errand: Errand, *, order: str, swaps: str) -> str:
    """A wish in one sentence. `order`: its number, "" for one that the customer does not know."""
    of_order = f"order {order}" if order else f"my order of {_listed(errand.in_order)}"
    from_order = f", from order {order}" if order else ""
    things = _listed([str(thing) for thing in errand.things])
    match errand.kind:
        case "cancel_order":
            return f"I want to cancel {of_order}."
        case "return_items":
            return f"I want to return {things}{from_order}."
        case "exchange_items":
            return f"I want to exchange {swaps}{from_order}."
        case "change_items":
            return f"I want to change {swaps}{from_order}."
        case "change_address":
            return f"I want to have {of_order} sent to another address: {errand.knows['address']}."
        case "change_payment":
            return f"I want to pay {of_order} with another payment method, {errand.knows['method']}."
    return f"I want to change the address of my account to {errand.knows['address']}."


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def _stands_in(value: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None
