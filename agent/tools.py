"""The tools of the model, built for one verified customer (laws 1 and 9).

READ tools show, PROPOSE tools work a change out; none changes anything, none takes a customer or an amount. The text
of a result is compact JSON for the model, the artifact the same as a typed value for the turn.
"""

import inspect
import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from agent.actions import ORDER_NUMBER, CancelOrder, CancelReason, ChangeAddress, ReturnItems, ReturnReason
from agent.errors import FloorMovedError, ShopUnavailable
from agent.judge import no_such_order
from agent.proposals import Proposals
from agent.records import Conversation
from agent.results import (
    BadCall,
    HandOverAsked,
    InputNeeded,
    NotAllowed,
    OrderShown,
    OrdersShown,
    PersonNeeded,
    Proposed,
    Result,
    compact,
    described,
    of_verdict,
)
from agent.shop import Address, RefundTo, ReturnLine, Shop

# The turn matches on results and knows this module only.
__all__ = [
    "BadCall", "HandOverAsked", "InputNeeded", "NotAllowed", "OrderShown", "OrdersShown", "PersonNeeded", "Proposed",
    "Result", "build_tools", "run_tool",
]  # fmt: skip

# --- what a tool takes -------------------------------------------------------------------------------------


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _NoArguments(_Arguments):
    pass


class _OrderArguments(_Arguments):
    order_number: str = Field(max_length=64, description="As the shop writes it, for example TT-10432")


class _CancellationArguments(_OrderArguments):
    reason: str | None = Field(
        None,
        max_length=64,
        description=f"What the customer said: {', '.join(CancelReason)}. Omit if not said.",
    )


class _AddressArguments(_OrderArguments):
    name: str = Field("", max_length=200, description="Recipient")
    line1: str = Field("", max_length=200, description="Street and house number")
    line2: str = Field("", max_length=200, description="Flat, building, company; may be empty")
    postcode: str = Field("", max_length=40)
    city: str = Field("", max_length=200)
    country: str = Field("", max_length=80, description="Two-letter code or name")


class _Piece(_Arguments):
    item_id: str = Field(max_length=64, description="From show_order")
    quantity: int = Field(ge=1, le=999)


class _ReturnArguments(_OrderArguments):
    items: list[_Piece] = Field(default_factory=list, max_length=50)
    reason: str | None = Field(
        None,
        max_length=64,
        description=f"What the customer said: {', '.join(ReturnReason)}. None need be given.",
    )
    refund_to: str | None = Field(
        None, max_length=64, description=f"The customer's choice: {', '.join(RefundTo)}. Omit if not said."
    )


class _ReasonArguments(_Arguments):
    reason: str = Field(max_length=500, description="Why, in a few words, for the person who takes over")


# --- the tools ---------------------------------------------------------------------------------------------


def build_tools(
    shop: Shop, proposals: Proposals, conversation: Conversation, customer_id: str | None
) -> list[BaseTool]:
    """The tools for this conversation. A visitor who is not verified gets `hand_to_person` only."""
    if customer_id is None or customer_id != conversation.customer_id:
        return [_tool(hand_to_person, _ReasonArguments)]
    mine = _CustomerTools(shop, proposals, conversation, customer_id)
    return [
        _tool(mine.list_orders, _NoArguments),
        _tool(mine.show_order, _OrderArguments),
        _tool(mine.propose_cancellation, _CancellationArguments),
        _tool(mine.propose_address_change, _AddressArguments),
        _tool(mine.propose_return, _ReturnArguments),
        _tool(hand_to_person, _ReasonArguments),
    ]


async def run_tool(tools: Sequence[BaseTool], call: ToolCall) -> ToolMessage:
    """Run one call of a model. A wrong name or wrong arguments give a `BadCall` that says what is wrong."""
    call_id = call.get("id") or ""
    tool = next((tool for tool in tools if tool.name == call["name"]), None)
    if tool is None:
        problem = f"There is no such tool. There are: {', '.join(tool.name for tool in tools)}."
    elif not isinstance(call["args"], dict):
        problem = "The arguments must be an object."
    elif not call["args"].keys() <= tool.args.keys():  # LangChain checks nothing where a tool takes nothing
        problem = f"Unknown arguments. {tool.name} takes: {', '.join(tool.args) or 'none'}."
    else:
        request = {"type": "tool_call", "name": tool.name, "args": call["args"], "id": call_id}
        message: ToolMessage = await tool.ainvoke(request)
        if message.status == "error":
            message.artifact = BadCall(str(message.content))
        return message
    return ToolMessage(
        compact({"try_again": problem}), artifact=BadCall(problem), tool_call_id=call_id, status="error"
    )


class _CustomerTools:
    """The tools' functions. Their docstrings are what the model reads."""

    def __init__(
        self, shop: Shop, proposals: Proposals, conversation: Conversation, customer_id: str
    ) -> None:
        self._shop = shop
        self._proposals = proposals
        self._conversation = conversation
        self._customer_id = customer_id

    async def list_orders(self) -> Result:
        """READ. The customer's own orders, newest first."""
        return OrdersShown(await self._shop.orders(self._customer_id))

    async def show_order(self, order_number: str) -> Result:
        """READ. One of the customer's orders: status, items with item ids, address, tracking, refunds."""
        number = normalised_number(order_number)
        order = await self._shop.order(self._customer_id, number)
        return of_verdict(no_such_order(number[:_SHOWN])) if order is None else OrderShown(order)

    async def propose_cancellation(self, order_number: str, reason: str | None = None) -> Result:
        """PROPOSE the cancellation of a whole order. Nothing is changed until the customer confirms."""
        known = _choice(CancelReason, reason)
        if isinstance(known, BadCall):
            return known
        return await self._propose(lambda number: CancelOrder(order=number, reason=known), order_number)

    async def propose_address_change(
        self,
        order_number: str,
        name: str = "",
        line1: str = "",
        line2: str = "",
        postcode: str = "",
        city: str = "",
        country: str = "",
    ) -> Result:
        """PROPOSE another delivery address for an order. Nothing is changed until the customer confirms.

        Give only what the customer said; leave out what is not known.
        """
        address = Address(name, line1, line2, postcode, city, country)
        return await self._propose(lambda number: ChangeAddress(order=number, address=address), order_number)

    async def propose_return(
        self,
        order_number: str,
        items: list[_Piece] | None = None,
        reason: str | None = None,
        refund_to: str | None = None,
    ) -> Result:
        """PROPOSE the return of items of a delivered order. Nothing is changed until the customer confirms.

        Item ids come from show_order. Refunds are worked out by the shop, never by you.
        """
        why, to = _choice(ReturnReason, reason), _choice(RefundTo, refund_to)
        if isinstance(why, BadCall):
            return why
        if isinstance(to, BadCall):
            return to
        lines = tuple(ReturnLine(piece.item_id, piece.quantity) for piece in items or ())
        return await self._propose(
            lambda number: ReturnItems(
                order=number, lines=lines, reason=why or ReturnReason.NONE_GIVEN, refund_to=to
            ),
            order_number,
        )

    async def _propose(
        self, action: Callable[[str], CancelOrder | ChangeAddress | ReturnItems], order_number: str
    ) -> Result:
        number = normalised_number(order_number)
        if re.fullmatch(ORDER_NUMBER, number) is None:
            return of_verdict(no_such_order(number[:_SHOWN]))
        return of_verdict(await self._proposals.propose(self._conversation, action(number)))


async def hand_to_person(reason: str) -> Result:
    """Ask for a person to take over this conversation: the customer wants one, or you cannot help."""
    return HandOverAsked(reason)


def normalised_number(text: str) -> str:
    """An order number as typed, in the shop's form: NFKC, no spaces or invisible characters, upper case."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in plain if not c.isspace() and not unicodedata.category(c).startswith("C"))
    return re.sub(r"[\u2010-\u2015\u2212]", "-", kept).upper().lstrip("#")


_SHOWN = 32  # characters of a wrong order number that are repeated to the model

_E = TypeVar("_E", bound=StrEnum)


def _choice(choices: type[_E], said: str | None) -> _E | BadCall | None:
    """The choice that a model named, in any case; None if it named none."""
    if said is None or not said.strip():
        return None
    try:
        return choices(said.strip().lower().replace(" ", "_"))
    except ValueError:
        return BadCall(f"Choose one of: {', '.join(choices)}. Or leave it out.")


def _tool(function: Callable[..., Awaitable[Result]], arguments: type[BaseModel]) -> BaseTool:
    """A LangChain tool over a function that gives a `Result`."""

    async def run(**values: Any) -> tuple[str, Result]:
        try:
            result = await function(**values)
        except ShopUnavailable:
            result = PersonNeeded("The shop does not answer at the moment.")
        except FloorMovedError:
            # The front desk sees the same when it commits, and keeps this turn's words to itself.
            result = PersonNeeded("A person has taken over this conversation.")
        return compact(described(result)), result

    return StructuredTool(
        name=function.__name__,
        description=inspect.getdoc(function) or "",
        args_schema=arguments,
        coroutine=run,
        response_format="content_and_artifact",
        handle_validation_error=_problems,
    )


def _problems(error: Any) -> str:
    """What is wrong with the arguments, without repeating what was sent."""
    rows = [f"{'.'.join(map(str, row['loc'])) or 'arguments'}: {row['msg']}" for row in error.errors()[:5]]
    return compact({"try_again": "; ".join(rows)[:500]})
