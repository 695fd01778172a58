"""The retail tasks' own instructions, played by the rule-driven customer on the assembled product, with the offline model.

`candor eval retail --play`. Only tasks whose right actions are a single change, which is what one customer without a language model
can bring about; how many those are is told. The customer opens with those sentences of the task that ask for that kind of change, turned
into the first person (the others tell the player what to do if …), and knows what somebody with their order before them knows: its
number, the things that it is about, what they want instead, where, and how they pay. End states are compared as for the right actions (`gold.py`).
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.records import Floor
from evals.playing import Play
from evals.retail.gold import customer_of, differences, lines, tool_call
from evals.retail.shop import NOW, RetailShop
from evals.simulating import PlayedByRules
from evals.suites.case import Goal, World
from evals.world import Workshop

_FIRST_PERSON = (
    (r"\byou are\b", "I am"), (r"\byou're\b", "I'm"), (r"\byou'd\b", "I'd"), (r"\byou've\b", "I've"), (r"\byourself\b", "myself"),
    (r"\byours\b", "mine"), (r"\byour\b", "my"), (r"\byou\b", "I"),
)  # fmt: skip
_VERBS = {
    "cancel_order": re.compile(r"\bcancel", re.IGNORECASE), "return_items": re.compile(r"\breturn", re.IGNORECASE),
    "exchange_items": re.compile(r"\bexchang|\bswap", re.IGNORECASE), "change_items": re.compile(r"\bmodify|\bchang", re.IGNORECASE),
    "change_address": re.compile(r"\baddress", re.IGNORECASE), "change_default_address": re.compile(r"\baddress", re.IGNORECASE),
    "change_payment": re.compile(r"\bpay", re.IGNORECASE),
}  # fmt: skip
_TO_THE_PLAYER = re.compile(r"\bthe agent\b|\bwhen asked\b|^if\b", re.IGNORECASE)


@dataclass(frozen=True)
class Played:
    """How one task went: right, `wrong` tells what differs, or it went to a person."""

    task: str
    kind: str
    right: bool
    handed_over: bool
    wrong: tuple[str, ...] = ()


async def play(folder: Path, scratch: Path, *, seed: int = 1) -> list[Played]:
    """Every task of `folder` with a single change, each in a world of its own."""
    world = RetailShop.load(folder)
    ends = {row["task_id"]: row for row in lines(folder / "end_states.jsonl")}
    workshop = Workshop(scratch, retail=world.state)
    try:
        return [
            await _task(workshop, task, change, world, ends[task["id"]], seed)
            for task, change in single_changes(json.loads((folder / "tasks.json").read_text("utf-8")))
        ]
    finally:
        await workshop.close()


def single_changes(tasks: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Tasks with exactly one right change that tell why the customer calls, and that change."""
    for task in tasks:
        actions = task["evaluation_criteria"]["actions"]
        changing = [
            action for action in actions if tool_call(action["name"], action["arguments"]) is not None
        ]
        if len(changing) == 1 and task.get("user_scenario"):
            yield task, changing[0]


async def _task(
    workshop: Workshop,
    task: dict[str, Any],
    change: dict[str, Any],
    before: RetailShop,
    end: Mapping[str, Any],
    seed: int,
) -> Played:
    call = tool_call(change["name"], change["arguments"])
    assert call is not None  # noqa: S101 - `single_changes` saw to it
    kind = call[0].removeprefix("propose_")
    customer = customer_of(task["evaluation_criteria"]["actions"], before)
    goal = Goal(
        wants=first_person(asking(task["user_scenario"]["instructions"]["reason_for_call"], kind)),
        knows=dict(knows(change["arguments"], before, customer)),
        accepts=(kind,),
        patience=10,
    )
    async with workshop.world(
        World(shop="retail", now=NOW, customer=customer, help_centre="none")
    ) as standing:
        play = Play(standing, await standing.parts.reception.open_conversation(standing.owner))
        await play.go(PlayedByRules(goal, random.Random(f"{seed}:{task['id']}")))
        after = standing.shop.shop
        assert isinstance(after, RetailShop)  # noqa: S101 - the world says so
        wrong = tuple(differences(before.state, after.state, end["changed"]))
        floor = (await play.conversation()).floor
    return Played(task["id"], kind, not wrong, floor != Floor.AI, wrong)


def asking(text: str, kind: str) -> str:
    """The sentences of an instruction that ask for a kind of change; all of it where none does."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    own = [s for s in sentences if _VERBS[kind].search(s) and not _TO_THE_PLAYER.search(s)]
    return " ".join(own) or text


def first_person(text: str) -> str:
    """The instruction as its player says it."""
    for pattern, word in _FIRST_PERSON:
        text = re.sub(pattern, word, text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]


def knows(given: Mapping[str, Any], world: RetailShop, customer: str | None) -> Iterator[tuple[str, str]]:
    """What the customer can tell when asked, from the right change and their own account."""
    variants = {
        sku: (p["name"], v) for p in world.state["products"].values() for sku, v in p["variants"].items()
    }
    if "order_id" in given:
        yield "order", given["order_id"].lstrip("#")
    if items := given.get("item_ids"):
        yield "item", ", ".join(f"the {_described(*variants[sku])}" for sku in items)
        yield "quantity", str(max(Counter(items).values()))
    if new := given.get("new_item_ids"):
        yield "size", ", ".join(", ".join(variants[sku][1]["options"].values()) for sku in new)
    if reason := given.get("reason"):
        yield "reason", reason
    if "address1" in given:
        name = " ".join(world.state["users"][customer]["name"].values()) if customer else ""
        where = (
            name,
            given["address1"],
            given["address2"],
            given["city"],
            f"{given['state']} {given['zip']}",
            given["country"],
        )
        yield "address", ", ".join(part for part in where if part)
    if method := given.get("payment_method_id"):
        name = re.sub(r"_\d+$", "", method).replace("_", " ")
        yield "refund_to", name
        yield "method", name


def _described(name: str, variant: Mapping[str, Any]) -> str:
    return f"{name} ({', '.join(variant['options'].values())})"
