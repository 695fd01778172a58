"""The right actions of each task, driven through our own tools as proposal and confirmation; end states compared.

`candor eval retail --gold`. No model takes part: what is measured is whether tools, policy and execution allow every right
action, do exactly that, and nothing else.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import SQLModel

from agent.outcomes import Done
from agent.proposals import Proposals
from agent.records import Conversation, Floor
from agent.results import Proposed, described
from agent.tools import build_tools, run_tool
from evals.retail.shop import NOW, RetailShop, limits
from knowledge.database import Database


@dataclass
class TaskResult:
    """How one task went. `refused`: right actions that our policy did not allow, with what it said."""

    task: str
    right: bool
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What differs in the end."""


async def run(folder: Path, scratch: Path, tasks: set[str] | None = None) -> list[TaskResult]:
    """Every task of `tasks.json` in a world of its own. `scratch`: an empty folder for the records."""
    world = RetailShop.load(folder)
    ends = {row["task_id"]: row for row in lines(folder / "end_states.jsonl")}
    database = Database(f"sqlite:///{scratch / 'retail.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    try:
        return [
            await _task(task, world, ends[task["id"]], database)
            for task in json.loads((folder / "tasks.json").read_text("utf-8"))
            if tasks is None or task["id"] in tasks
        ]
    finally:
        await database.close()


async def _task(
    task: dict[str, Any], world: RetailShop, end: dict[str, Any], database: Database
) -> TaskResult:
    shop = world.fresh()
    result = TaskResult(task["id"], right=False)
    rejected = [json.dumps(call, sort_keys=True) for call in end["rejected_gold_calls"]]
    actions = task["evaluation_criteria"]["actions"]
    customer_id = customer_of(actions, shop)
    if customer_id is not None:
        proposals = Proposals(database, shop, lambda: NOW, limits())
        conversation = Conversation(case_number=uuid4().hex, customer_id=customer_id)
        async with database.transaction() as session:
            session.add(conversation)
        for action in actions:
            if action["name"] == "transfer_to_human_agents":
                async with database.transaction() as session:
                    row = await session.get_one(Conversation, conversation.id)
                    row.floor, row.epoch = Floor.QUEUE, row.epoch + 1
            call = tool_call(action["name"], action["arguments"])
            if call is None:
                continue
            said = await _propose_and_confirm(shop, proposals, conversation, call)
            if said and not any(action["name"] in row for row in rejected):
                result.refused.append(f"{action['name']}: {said}")
    result.wrong = list(differences(world.state, shop.state, end["changed"]))
    result.right = not result.wrong
    return result


async def _propose_and_confirm(
    shop: RetailShop, proposals: Proposals, conversation: Conversation, call: tuple[str, dict[str, Any]]
) -> str | None:
    """What stood in the way, or None once it is done."""
    tools = build_tools(shop, proposals, conversation, conversation.customer_id)
    name, arguments = call
    shown = (
        await run_tool(tools, {"name": name, "args": arguments, "id": "1", "type": "tool_call"})
    ).artifact
    if not isinstance(shown, Proposed):
        return json.dumps(described(shown))
    proposal = shown.proposal
    done = await proposals.confirm(proposal.id, customer_id=proposal.customer_id, digest=proposal.digest)
    return None if isinstance(done, Done) else done.explanation


def tool_call(name: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """A changing call of the benchmark as a call of our tools; None for one that only looks."""
    order = {"order": given.get("order_id", "")}
    match name:
        case "cancel_pending_order":
            return "propose_cancel_order", order | {"reason": given["reason"]}
        case "modify_pending_order_address":
            return "propose_change_address", order | {"address": _address(given)}
        case "modify_user_address":
            return "propose_change_default_address", {"address": _address(given)}
        case "modify_pending_order_payment":
            return "propose_change_payment", order | {"method": given["payment_method_id"]}
        case "modify_pending_order_items":
            return "propose_change_items", order | _swaps(given)
        case "exchange_delivered_order_items":
            return "propose_exchange_items", order | _swaps(given)
        case "return_delivered_order_items":
            lines = [{"item_id": i, "quantity": n} for i, n in Counter(given["item_ids"]).items()]
            return "propose_return_items", order | {"lines": lines, "refund_to": given["payment_method_id"]}
    return None


def _swaps(given: dict[str, Any]) -> dict[str, Any]:
    pairs = Counter(zip(given["item_ids"], given["new_item_ids"], strict=True))
    swaps = [{"item_id": old, "sku": new, "quantity": n} for (old, new), n in pairs.items()]
    return {"swaps": swaps, "method": given["payment_method_id"]}


def _address(given: dict[str, Any]) -> dict[str, str]:
    # The benchmark's addresses have no recipient: it is the customer.
    names = {"address1": "line1", "address2": "line2", "zip": "postcode", "city": "city", "state": "state", "country": "country"}  # fmt: skip
    return {"name": "The customer", **{ours: given[theirs] for theirs, ours in names.items()}}


def customer_of(actions: list[dict[str, Any]], shop: RetailShop) -> str | None:
    """Whose conversation a task is: the customer of the first order or profile that is spoken of."""
    for action in actions:
        given = action["arguments"]
        if order := shop.state["orders"].get(given.get("order_id")):
            return str(order["user_id"])
        if given.get("user_id") in shop.state["users"]:
            return str(given["user_id"])
    return None


def differences(before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]) -> Any:
    """What is not as it should be in the end: each row of orders and users that differs."""
    for table in ("orders", "users"):
        should = expected.get(table, {})
        for key, row in after[table].items():
            right = should.get(key, before[table][key])
            if _plain(row) != _plain(right):
                fields = sorted(k for k in row | right if row.get(k) != right.get(k))
                yield f"{table}/{key}: {', '.join(fields)}"


def _plain(value: Any) -> Any:
    """Without what is not set; amounts to the cent, as the reference leaves the rounding errors of its floats in."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return round(value, 2) if isinstance(value, float) else value


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
