"""The retail tasks' own instructions, played by a customer of rules on the assembled product, with the offline model.

`candor eval retail --play`. Only tasks whose right actions are a single change, which is what one customer without a language model
can bring about; how many those are is told. The customer opens with those sentences of the task that ask for that kind of change, turned
into the first person (the others tell the player what to do if …); what they know and do then stands in `customer.py`. End states are
compared as for the right actions (`gold.py`). Half of the tasks, drawn by a hash, are held out: product and customer were mended in sight
of the others alone.
"""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.records import Floor
from evals.playing import Play
from evals.retail.customer import Errand, Shopper, Thing
from evals.retail.gold import customer_of, differences, lines, tool_call
from evals.retail.shop import NOW, RetailShop
from evals.suites.case import World
from evals.world import Workshop

_FIRST_PERSON = (
    (r"\byou are\b", "I am"), (r"\byou're\b", "I'm"), (r"\byou'd\b", "I'd"), (r"\byou've\b", "I've"), (r"\byourself\b", "myself"),
    (r"\byours\b", "mine"), (r"\byour\b", "my"), (r"\byou\b", "I"),
)  # fmt: skip
_VERBS = {
    "cancel_order": re.compile(r"\bcancel", re.IGNORECASE), "return_items": re.compile(r"\breturn", re.IGNORECASE),
    "exchange_items": re.compile(r"\bexchang|\bswap", re.IGNORECASE), "change_items": re.compile(r"\bmodify|\bchang|\bswitch|\bswap", re.IGNORECASE),
    "change_address": re.compile(r"\baddress", re.IGNORECASE), "change_default_address": re.compile(r"\baddress", re.IGNORECASE),
    "change_payment": re.compile(r"\bpay", re.IGNORECASE),
}  # fmt: skip
_TO_THE_PLAYER = re.compile(r"\bthe agent\b|\bwhen asked\b|^if\b", re.IGNORECASE)
_HOW_TO_PLAY = re.compile(r"\bwhen asked\b|^if\b.*\bthe agent\b", re.IGNORECASE)
# What is wanted where something else cannot be had: "If that is not possible, you want to …"
_IN_PLACE = re.compile(
    r"^(?:if\b[^,]*\b(?:not|no|cannot|unable|issues?|none)\b[^,]*|otherwise|if not),\s*(?:then\s+)?(?P<wish>.+)$",
    re.IGNORECASE,
)

_NO_WISH = re.compile(r"(?:you )?(?:say|do not|don't|become|end)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Played:
    """How one task went: right, `wrong` tells what differs, or it went to a person."""

    task: str
    kind: str
    right: bool
    handed_over: bool
    held_out: bool
    wrong: tuple[str, ...] = ()


async def play(folder: Path, scratch: Path, *, seed: int = 1) -> list[Played]:
    """Every task of `folder` with a single change, each in a world of its own. The seed chooses the customer's words."""
    world = RetailShop.load(folder)
    ends = {row["task_id"]: row for row in lines(folder / "end_states.jsonl")}
    workshop = Workshop(scratch, retail=world.state)
    tasks = list(single_changes(json.loads((folder / "tasks.json").read_text("utf-8"))))
    aside = held_out([task["id"] for task, _ in tasks])
    try:
        return [
            await _task(workshop, task, change, world, ends[task["id"]], seed, held_out=task["id"] in aside)
            for task, change in tasks
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


def held_out(ids: Collection[str]) -> set[str]:
    """The half of the tasks that nobody looks at, the same each time."""
    shuffled = sorted(ids, key=lambda id_: hashlib.sha256(f"retail-play:1:{id_}".encode()).hexdigest())
    return set(shuffled[len(shuffled) // 2 :])


async def _task(
    workshop: Workshop,
    task: dict[str, Any],
    change: dict[str, Any],
    before: RetailShop,
    end: Mapping[str, Any],
    seed: int,
    *,
    held_out: bool,
) -> Played:
    customer = customer_of(task["evaluation_criteria"]["actions"], before)
    errand = errand_of(task["user_scenario"]["instructions"], change, before, customer)
    async with workshop.world(
        World(shop="retail", now=NOW, customer=customer, help_centre="none")
    ) as standing:
        play = Play(standing, await standing.parts.reception.open_conversation(standing.owner))
        await play.go(Shopper(errand, random.Random(f"{seed}:{task['id']}")))
        after = standing.shop.shop
        assert isinstance(after, RetailShop)  # noqa: S101 - the world says so
        wrong = tuple(differences(before.state, after.state, end["changed"]))
        floor = (await play.conversation()).floor
    return Played(task["id"], errand.kind, not wrong, floor != Floor.AI, held_out, wrong)


def errand_of(
    instructions: Mapping[str, Any], change: Mapping[str, Any], world: RetailShop, customer: str | None
) -> Errand:
    """What the customer of a task wants and knows."""
    call = tool_call(change["name"], change["arguments"])
    assert call is not None  # noqa: S101 - `single_changes` saw to it
    kind, given = call[0].removeprefix("propose_"), change["arguments"]
    user = world.state["users"].get(customer, {"payment_methods": {}})
    method = user["payment_methods"].get(given.get("payment_method_id"), {})
    order = world.state["orders"].get(given.get("order_id"), {"items": []})
    return Errand(
        opening=first_person(asking(instructions["reason_for_call"], kind)),
        otherwise=tuple(first_person(wish) for wish in otherwise(instructions["reason_for_call"])),
        instruction=" ".join(str(words) for words in instructions.values() if words),
        kind=kind,
        order=given.get("order_id", "").lstrip("#"),
        in_order=tuple(dict.fromkeys(item["name"] for item in order["items"])),
        things=tuple(things(given, world)),
        knows=dict(knows(given, world, customer)),
        method=method.get("last_four") or method.get("source", "").replace("_", " "),
    )


def asking(text: str, kind: str) -> str:
    """The sentences of an instruction that ask for a kind of change; where none does, all but those for another turn of the talk."""
    sentences = _sentences(text)
    own = [s for s in sentences if _VERBS[kind].search(s) and not _TO_THE_PLAYER.search(s)]
    first = [s for s in sentences if not _HOW_TO_PLAY.search(s) and not _IN_PLACE.search(s)]
    return " ".join(own or first) or text


def otherwise(text: str) -> list[str]:
    """What an instruction wants, one after the other, where the first cannot be had."""
    wishes = [match["wish"] for sentence in _sentences(text) if (match := _IN_PLACE.search(sentence))]
    return [
        wish if wish.lower().startswith("you") else f"Please {wish}"
        for wish in wishes
        if not _NO_WISH.match(wish)
    ]


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def first_person(text: str) -> str:
    """The instruction as its player says it."""
    for pattern, word in _FIRST_PERSON:
        text = re.sub(pattern, word, text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]


def things(given: Mapping[str, Any], world: RetailShop) -> Iterator[Thing]:
    """What a right change is about, and the options that come instead, each thing once."""
    variants = {
        sku: (product["name"], tuple(variant["options"].values()))
        for product in world.state["products"].values()
        for sku, variant in product["variants"].items()
    }
    old, new = given.get("item_ids", ()), given.get("new_item_ids", ())
    for sku, other in dict.fromkeys(zip(old, new or [""] * len(old), strict=True)):
        name, values = variants[sku]
        yield Thing(name, values, variants[other][1] if other else ())


def knows(given: Mapping[str, Any], world: RetailShop, customer: str | None) -> Iterator[tuple[str, str]]:
    """What else the customer can tell when asked, from the right change and their own account."""
    user = world.state["users"].get(customer, {})
    if items := given.get("item_ids"):
        yield "quantity", str(max(Counter(items).values()))
    if reason := given.get("reason"):
        yield "reason", reason
    if "address1" in given:
        name = " ".join(user["name"].values()) if user else ""
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
        own = user.get("payment_methods", {}).get(method, {})
        name = re.sub(r"_\d+$", "", method).replace("_", " ")
        named = f"{name}, the {own['brand']} ending in {own['last_four']}" if own.get("last_four") else name
        yield "refund_to", named
        yield "method", named
