"""The tools of the model, built for one verified customer (laws 1 and 9).

READ tools show, `propose_…` tools work a change out; none changes anything, none takes a customer. There is one
`propose_…` for each kind of change that the shop makes, and its parameters are the request's own (`agent/actions.py`). The
text of a result is compact JSON for the model, the artifact the same as a typed value for the turn.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.utils.json_schema import dereference_refs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.actions import OrderNumber
from agent.changes import CHANGES
from agent.errors import FloorMovedError, ShopUnavailable
from agent.judge import no_such_order
from agent.levels import ACCOUNT, NEEDED, ORDERS, may
from agent.proposals import Proposals
from agent.records import Conversation
from agent.results import (
    AccountShown,
    BadCall,
    HandOverAsked,
    InputNeeded,
    NotAllowed,
    OrderShown,
    OrdersShown,
    PersonNeeded,
    ProofNeeded,
    Proposed,
    Result,
    VariantsShown,
    compact,
    described,
    of_verdict,
)
from agent.shop import Shop
from agent.verdicts import needs_proof

# The turn matches on results and knows this module only.
__all__ = [
    "AccountShown", "BadCall", "HandOverAsked", "InputNeeded", "NotAllowed", "OrderShown", "OrdersShown", "PersonNeeded",
    "ProofNeeded", "Proposed", "Result", "VariantsShown", "build_tools", "run_tool",
]  # fmt: skip


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Nothing(_Arguments):
    pass


class _OfOrder(_Arguments):
    order: OrderNumber


class _OfItem(_OfOrder):
    item_id: str = Field(max_length=64, description="From show_order")


class _Why(_Arguments):
    reason: str = Field(max_length=500, description="A few words")


def build_tools(
    shop: Shop,
    proposals: Proposals | None,
    conversation: Conversation,
    customer_id: str | None,
    *,
    step_up: bool = False,
) -> list[BaseTool]:
    """The tools for this conversation. A visitor who is not verified gets `hand_to_person` only, and
    `ask_who_it_is` where a step-up is possible.

    Without `proposals` nothing can be proposed, only looked up.
    """
    ask = _tool(hand_to_person, _Why)
    if customer_id is None or customer_id != conversation.customer_id:
        return [_tool(ask_who_it_is, _Nothing), ask] if step_up else [ask]
    mine = _CustomerTools(shop, conversation, customer_id)
    return [
        _tool(mine.list_orders, _Nothing),
        _tool(mine.show_order, _OfOrder),
        _tool(mine.show_variants, _OfItem),
        _tool(mine.show_account, _Nothing),
        *(mine.proposing(kind, proposals) for kind in CHANGES if proposals and proposals.offers(kind)),
        ask,
    ]


async def run_tool(tools: Sequence[BaseTool], call: ToolCall) -> ToolMessage:
    """Run one call of a model. A wrong name or wrong arguments give a `BadCall` that says what is wrong."""
    call_id = call.get("id") or ""
    tool = next((tool for tool in tools if tool.name == call["name"]), None)
    if tool is None:
        problem = f"There is no such tool. There are: {', '.join(tool.name for tool in tools)}."
    elif not isinstance(call["args"], dict):
        problem = "The arguments must be an object."
    elif not call["args"].keys() <= tool.args.keys():
        problem = f"Unknown arguments. {tool.name} takes: {', '.join(tool.args) or 'none'}."
    else:
        request = {"type": "tool_call", "name": tool.name, "args": {"given": call["args"]}, "id": call_id}
        message: ToolMessage = await tool.ainvoke(request)
        return message
    return ToolMessage(
        compact({"try_again": problem}),
        artifact=BadCall(problem),
        name=call["name"],
        tool_call_id=call_id,
        status="error",
    )


class _CustomerTools:
    """The tools' functions. Their docstrings are what the model reads."""

    def __init__(self, shop: Shop, conversation: Conversation, customer_id: str) -> None:
        self._shop = shop
        self._conversation = conversation
        self._customer_id = customer_id

    async def list_orders(self, _: _Nothing) -> Result:
        """READ. The customer's orders, newest first."""
        return OrdersShown(await self._shop.orders(self._customer_id))

    async def show_order(self, asked: _OfOrder) -> Result:
        """READ. One order: status, items with ids, address, tracking, refunds."""
        order = await self._shop.order(self._customer_id, asked.order)
        return of_verdict(no_such_order(asked.order)) if order is None else OrderShown(order)

    async def show_variants(self, asked: _OfItem) -> Result:
        """READ. The options of an ordered item: skus, prices, stock."""
        order = await self._shop.order(self._customer_id, asked.order)
        if order is None:
            return of_verdict(no_such_order(asked.order))
        item = next((item for item in order.items if item.id == asked.item_id), None)
        if item is None:
            return InputNeeded(("item_id",), "An item of this order, by its id from show_order.")
        return VariantsShown(await self._shop.variants(item.product))

    async def show_account(self, _: _Nothing) -> Result:
        """READ. Default address, payment methods, subscriptions."""
        if not may(self._conversation.level, ACCOUNT):
            return of_verdict(needs_proof(NEEDED[ACCOUNT]))
        customer = await self._shop.customer(self._customer_id)
        return (
            InputNeeded((), "The shop has no such account.") if customer is None else AccountShown(customer)
        )

    def proposing(self, kind: str, proposals: Proposals) -> BaseTool:
        """The tool that proposes one kind of change."""
        request = CHANGES[kind].request

        async def propose(action: Any) -> Result:
            return of_verdict(await proposals.propose(self._conversation, action))

        propose.__name__ = f"propose_{kind}"
        propose.__doc__ = f"PROPOSE: {inspect.getdoc(request)}"
        return _tool(propose, request)


async def ask_who_it_is(_: _Nothing) -> Result:
    """Needed before anything about an order or the account: shows the customer a form to confirm their e-mail address."""
    return of_verdict(needs_proof(NEEDED[ORDERS]))


async def hand_to_person(why: _Why) -> Result:
    """Fetch a person: the customer wants one, or you cannot help."""
    return HandOverAsked(why.reason)


def _tool(function: Callable[[Any], Awaitable[Result]], arguments: type[BaseModel]) -> BaseTool:
    """A LangChain tool over a function that gives a `Result`. Arguments are read as the JSON that they are."""

    async def run(given: Mapping[str, Any]) -> tuple[str, Result]:
        try:
            result = await function(arguments.model_validate_json(json.dumps(given, default=str)))
        except ValidationError as error:
            result = BadCall(_problems(error))
        except ShopUnavailable:
            result = PersonNeeded("The shop does not answer at the moment.")
        except FloorMovedError:
            # The front desk sees the same when it commits, and keeps this turn's words to itself.
            result = PersonNeeded("A person has taken over this conversation.")
        return compact(described(result)), result

    return StructuredTool(
        name=function.__name__,
        description=inspect.getdoc(function) or "",
        args_schema=_schema(arguments),
        coroutine=run,
        response_format="content_and_artifact",
    )


@cache
def _schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """What the model is told about the parameters; the kind of a change is in the tool's name. Made once, never changed."""
    schema = dereference_refs(arguments.model_json_schema())
    named = {name: _lean(part) for name, part in schema["properties"].items() if name != "kind"}
    required = {"required": schema["required"]} if "required" in schema else {}
    return {"type": "object", "properties": named, **required}


def _lean(part: dict[str, Any]) -> dict[str, Any]:
    """A parameter without what the reading of arguments enforces anyway: every call of a model pays for each word.

    Lengths and defaults go, what is said of the types themselves, and null: what was not said is left out.
    """
    options = [option for option in part.get("anyOf", ()) if option != {"type": "null"}]
    kept = {**options[0], "description": part.get("description", "")} if len(options) == 1 else dict(part)
    for name in ("title", "default", "maxLength", "maxItems", "anyOf" if options else ""):
        kept.pop(name, None)
    if not kept.get("description"):
        kept.pop("description", None)
    if "items" in kept:
        kept["items"] = _lean({**kept["items"], "description": ""})
    if "properties" in kept:
        kept["properties"] = {name: _lean(inner) for name, inner in kept["properties"].items()}
    return kept


def _problems(error: ValidationError) -> str:
    """What is wrong with the arguments, without repeating what was sent."""
    rows = [f"{'.'.join(map(str, row['loc'])) or 'arguments'}: {row['msg']}" for row in error.errors()[:5]]
    return "; ".join(rows)[:500]
