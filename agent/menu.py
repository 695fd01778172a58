"""What a language model is told of a turn's tools: those that look one by one, all changes as one `propose`.

Every call of a model pays for each word it is told. There is a tool for each kind of change (`propose_cancel_order`, …),
and twelve schemas that say the same of orders, items and addresses are 1,600 tokens; one function that names the kinds and
what each takes is 560. `meant` leads from its calls to the tools.
"""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import ToolCall
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

PROPOSE = "propose"
OF_A_KIND = f"{PROPOSE}_"  # begins the name of a tool that proposes one kind of change

_AFTER_A_LOOK = frozenset({"show_variants"})  # beside all that proposes
_SAYS = "PROPOSE a change: it is worked out and shown to the customer, who must confirm it. Leave out what was not said. Kinds, and what each takes:"
_NOT_SAID: tuple[Any, ...] = (None, "", [], {})
_Functions = list[dict[str, Any]]
_MENUS: dict[tuple[str, ...], tuple[_Functions, _Functions]] = {}


def menu(tools: Sequence[BaseTool], *, looked: bool) -> list[dict[str, Any]]:
    """The tools as functions in OpenAI's form. What needs something that a look tells is among them once there was one in this
    turn: who has not looked knows no item and not what an order allows, and most questions need no change at all.
    """
    # Of one name there is one description and one schema: they are made of code.
    names = tuple(tool.name for tool in tools)
    if names not in _MENUS:
        told = {tool.name: convert_to_openai_tool(tool) for tool in tools}
        changes = [told.pop(name)["function"] for name in names if name.startswith(OF_A_KIND)]
        later = [told.pop(name) for name in names if name in _AFTER_A_LOOK]
        _MENUS[names] = list(told.values()), [*later, *([_propose(changes)] if changes else [])]
    at_once, after = _MENUS[names]
    return [*at_once, *after] if looked else at_once


def meant(call: ToolCall) -> ToolCall:
    """The call of a tool that a call from the menu stands for; any other call as it is.

    Models fill in parameters that are none of the kind's: what is empty was not said.
    """
    if call["name"] != PROPOSE or not isinstance(call["args"], dict):
        return call
    said = {name: value for name, value in call["args"].items() if value not in _NOT_SAID}
    return ToolCall({**call, "name": f"{OF_A_KIND}{said.pop('kind', '')}", "args": said})


def _propose(changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One function for all kinds. A parameter is described where it stands first; its choices stand with each kind."""
    kinds = [_SAYS]
    parameters: dict[str, Any] = {"kind": {"type": "string"}}
    for function in changes:
        takes = function["parameters"]["properties"]
        kind = function["name"].removeprefix(OF_A_KIND)
        says = function["description"].removeprefix("PROPOSE: ")
        kinds.append(f"{kind}({', '.join(_as_taken(name, part) for name, part in takes.items())}) {says}")
        for name, part in takes.items():
            parameters.setdefault(name, _in_brief(part))
    schema = {"type": "object", "properties": parameters, "required": ["kind"]}
    function = {"name": PROPOSE, "description": "\n".join(kinds), "parameters": schema}
    return {"type": "function", "function": function}


def _in_brief(part: dict[str, Any]) -> dict[str, Any]:
    """A parameter with the names of its parts in words. What is wrong with an argument is told when the tool reads it."""
    made_of = part.get("properties") or part.get("items", {}).get("properties") or {}
    parts = f"{{{', '.join(made_of)}}}" if made_of else ""
    says = " ".join(filter(None, (parts, part.get("description", "") if "enum" not in part else "")))
    brief = {"type": part["type"], **({"description": says} if says else {})}
    return brief | {"items": {"type": "object"}} if part["type"] == "array" else brief


def _as_taken(name: str, part: dict[str, Any]) -> str:
    return f"{name}: {'|'.join(part['enum'])}" if "enum" in part else name
