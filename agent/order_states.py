"""Whether a sentence tells the state of an order as the shop has it: pending, packed, shipped, delivered, cancelled."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from agent.explicit.phrases import SENTENCE, any_of
from agent.explicit.text import fold
from agent.told import named_in, orders_in
from knowledge import yaml_files

_WAY = ("pending", "packed", "shipped", "delivered")  # in this order
_CLAUSE = re.compile(
    r"[;:,](?=\s)|\s(?:and|but|while|whereas|because|since|so|und|aber|weil|et|mais|car|y|pero|ma|mas|e|en|maar|i|ale)\s"
)


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    data = yaml_files.load_texts(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return {name: any_of(listed, {}, "", ends=SENTENCE) for name, listed in data.items()}


def wrong_state(sentence: str, results: Sequence[str]) -> str | None:
    """The state that the sentence tells and no tool's result bears out, such as "delivered" or "not shipped"; else None."""
    if not results or sentence.endswith("?"):
        return None
    orders = tuple(order for result in results for order in orders_in(result))
    meant = named_in(sentence, orders[::-1])[:1] if len(orders) > 1 else list(orders)
    for clause in _CLAUSE.split(sentence):
        meant = named_in(clause, orders) or meant
        for state, moved, denied in _told(clause):
            if meant:
                if not all(_fits(state, str(order["status"]), moved=moved, denied=denied) for order in meant):
                    return f"not {state}" if denied else state
            elif not orders and not denied and not _mentioned(state, results):
                return state
    return None


def _told(clause: str) -> Iterator[tuple[str, bool, bool]]:
    """Each state that the clause tells: which, whether an order that came further has it behind it, whether it is denied."""
    phrases, folded = _phrases(), fold(clause)
    if phrases["general"].search(folded):
        return
    for name, pattern in phrases.items():
        if name in {"general", "no"} or not (match := pattern.search(folded)):
            continue
        state, *moved = name.split()
        denied = phrases["no"].search(folded[: match.end()]) is not None
        yield state, bool(moved), denied


def _fits(state: str, status: str, *, moved: bool, denied: bool) -> bool:
    if status not in (*_WAY, "cancelled"):
        return True  # a shop's own word
    at = state == status
    if not at and moved and state in _WAY and status in _WAY:
        at = _WAY.index(status) > _WAY.index(state)
    return at is not denied


def _mentioned(state: str, results: Sequence[str]) -> bool:
    return any(re.search(rf"\b{state}\b", result) for result in results)
