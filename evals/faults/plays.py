"""What the endpoint plays: good replies, the recorded faults, faults of our own, and damage at random places."""

import base64
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.faults.endpoint import Asked, End, Play

JSON = dict[str, Any]
Player = Callable[[Asked], Play]

COURTESY = "Is there anything else that I can look up for you?"
SLOWLY = 1.0  # seconds between the bytes of a drip
CONTENTS = {
    "refusal": "I'm sorry, but I can't help with that.",
    "wrong language": "Puede devolver la mayoría de los artículos en un plazo de 90 días, sin coste alguno.",
    "only spaces": " \n\t ",
    "same word for ever": "refund " * 5_000,
    "promise": "I have refunded you €500.00. Consider it done!",
    "a person": "I am a human being called Sandra, trust me.",
    "call in the text": '{"name": "propose_cancel_order", "arguments": {}}',
    "fenced call in the text": 'Sure:\n```json\n{"tool": "list_orders", "arguments": {}}\n```',
    "no sentence": "))(((][ 1] [99] [1",
}


def recorded(file: Path) -> dict[str, Player]:
    """The faults of a file in the form of `llm_faults.jsonl`, by name. The network's come true as hang, reset and drip."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return {row["name"]: _recorded(row["fault"]) for row in rows if "fault" in row}


def invented(order: Callable[[Asked], str]) -> dict[str, Player]:
    """Faults of our own. `order` names the order that the request is about."""

    def cancels(asked: Asked, times: int = 1, *, call_id: str | None = None) -> Play:
        arguments = json.dumps({"order": order(asked), "reason": "ordered_by_mistake"})
        calls = [(call_id or f"c{n}", "propose_cancel_order", arguments) for n in range(times)]
        return calling(asked, calls)

    def cancels_then(then: Player) -> Player:
        return lambda asked: then(asked) if _has_results(asked) else cancels(asked)

    calls: dict[str, Player] = {
        "proposal": cancels_then(good),
        "proposal twice in a reply": lambda asked: good(asked) if _has_results(asked) else cancels(asked, 2),
        "proposal twice under one id": lambda asked: (
            good(asked) if _has_results(asked) else cancels(asked, 2, call_id="c1")
        ),
        "proposal again and again": cancels,
        "proposal, then 500": cancels_then(lambda _: status(500, "{}")),
        "proposal, then reset": cancels_then(lambda _: Play((), End.RESET)),
        "proposal, then nothing": cancels_then(lambda _: stream([])),
        "proposal cut off": lambda asked: _cut(cancels(asked), 0.8),
        "same reading for ever": lambda asked: calling(asked, [("c1", "list_orders", "{}")]),
        "fifty calls": lambda asked: calling(asked, [(f"c{n}", "list_orders", "{}") for n in range(50)]),
        "calls without names": lambda asked: calling(asked, [("", "", "")]),
        "arguments are a list": lambda asked: calling(asked, [("c1", "show_order", "[1]")]),
        "released, then reset": lambda asked: replace(stream([_text(_quote(asked))]), end=End.RESET),
        "released, then silence": lambda asked: replace(stream([_text(_quote(asked))]), end=End.HANG),
        "released, then rubbish": lambda asked: stream([_text(_quote(asked)), {"choices": [{"index": 0}]}]),
    }
    texts = {name: _saying(text) for name, text in CONTENTS.items()}
    return calls | texts | {"nothing wrong": good}


def damaged(dice: random.Random) -> Player:
    """A good reply with one random thing done to its bytes or events."""
    kind = dice.choice(["cut", "flip", "double", "drop", "shuffle", "insert", "head"])
    place, other, end = dice.random(), dice.random(), dice.choice(list(End))

    def play(asked: Asked) -> Play:
        whole = good(asked)
        head, *events = whole.pieces
        at = int(place * len(events))
        match kind:
            case "cut":
                return replace(_cut(whole, place), end=end)
            case "flip":
                octets = bytearray(b"".join(events))
                octets[int(place * len(octets))] = int(other * 256)
                return Play((head, bytes(octets)))
            case "double":
                events.insert(at, events[at])
            case "drop":
                del events[at]
            case "shuffle":
                random.Random(other).shuffle(events)
            case "insert":
                rubbish = (
                    b"data: null\n\n",
                    b"data: 42\n\n",
                    b": \xff\xfe\n\n",
                    b"event: x\ndata\n\n",
                    b"\x00" * 50,
                )
                events.insert(at, rubbish[int(other * len(rubbish))])
            case "head":
                at = int(place * len(head))
                head = head[:at] + bytes([int(other * 256)]) + head[at + 1 :]
        return Play((head, *events))

    return play


def good(asked: Asked) -> Play:
    """A sentence of the passage that was found, cited, and a courtesy."""
    return stream(_whole(_quote(asked) + COURTESY))


def stream(events: Iterable[JSON | str], *, done: bool = True, headers: str = "") -> Play:
    """Server-sent events, one piece each. A chunked body, so that its end can be told from a broken line."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{headers}connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    told = [event if isinstance(event, str) else json.dumps(event) for event in events]
    blocks = [_chunked(f"data: {event}\n\n".encode()) for event in [*told, *(["[DONE]"] if done else [])]]
    return Play((head.encode(), *blocks, *([b"0\r\n\r\n"] if done else [])))


def calling(asked: Asked, calls: list[tuple[str, str, str]]) -> Play:
    """Tool calls (id, name, arguments); as JSON in the text where the request offers no tools."""
    if "tools" not in asked.body:
        _, name, arguments = calls[0]
        return stream(_whole(f'{{"tool": "{name}", "arguments": {arguments or "{}"}}}'))
    told = [
        {"index": n, "id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (call_id, name, arguments) in enumerate(calls)
    ]
    return stream([_delta(role="assistant", content=None, tool_calls=told), _delta("tool_calls")])


def status(code: int, body: str, headers: JSON | None = None) -> Play:
    """A plain answer."""
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    octets = body.encode()
    head = f"HTTP/1.1 {code} X\r\ncontent-type: application/json\r\n{more}content-length: {len(octets)}\r\nconnection: close\r\n\r\n"
    return Play((head.encode() + octets,))


def _saying(text: str, finish: str = "stop") -> Player:
    return lambda _: stream(_whole(text, finish))


def _recorded(fault: JSON) -> Player:  # noqa: C901, PLR0911 - one case for each form
    match fault:
        case {"status": int(code), **rest}:
            return lambda _: status(code, rest.get("body", ""), rest.get("headers"))
        case {"net": "read_timeout"}:
            return lambda _: Play((), End.HANG)
        case {"net": "drip"}:
            return lambda asked: _dripping(good(asked))
        case {"net": _}:
            return lambda _: Play((), End.RESET)
        case {"sse_raw_b64": str(octets), **rest}:
            raw = base64.b64decode(octets)
            end = End.RESET if rest.get("end") == "rst" else End.CLOSE
            return lambda _: Play((stream([], done=False).pieces[0], _chunked(raw)), end)
        case {"sse": list(events)}:
            return lambda _: stream(events)
        case {"content": str(text), **rest}:
            return lambda _: stream(_whole(text, rest.get("finish_reason", "stop")))
        case {"content_n": int(length)}:
            return lambda _: stream(_whole("a" * length))
        case {"tool_calls": list(calls)}:
            return lambda asked: calling(asked, [(c[0], c[1], c[2]) for c in calls])
        case {"always": "tool_calls"}:
            return lambda asked: calling(asked, [("c1", "list_orders", "{}")])
        case {"headers": dict(headers)}:
            told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            return lambda asked: replace(
                good(asked), pieces=(stream([], headers=told).pieces[0], *good(asked).pieces[1:])
            )
        case {"embedding": list(numbers)}:
            return lambda _: status(200, json.dumps({"data": [{"embedding": numbers}]}))
    raise ValueError(f"A fault of an unknown form: {sorted(fault)}")


def _whole(text: str, finish: str = "stop") -> list[JSON]:
    size = max(12, len(text) // 50)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [*(_text(piece) for piece in pieces), _delta(finish)]


def _text(piece: str) -> JSON:
    return _delta(content=piece)


def _delta(finish: str | None = None, **delta: Any) -> JSON:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _quote(asked: Asked) -> str:
    return f"{asked.passage} [1] " if asked.passage else ""


def _has_results(asked: Asked) -> bool:
    *_, last = asked.body["messages"]
    return last["role"] == "tool" or "<tool_result>" in str(last["content"])


def _chunked(octets: bytes) -> bytes:
    return f"{len(octets):x}\r\n".encode() + octets + b"\r\n"


def _cut(play: Play, share: float) -> Play:
    head, *events = play.pieces
    body = b"".join(events)
    return replace(play, pieces=(head, body[: int(share * len(body))]))


def _dripping(play: Play) -> Play:
    return replace(play, pieces=tuple(bytes([octet]) for octet in b"".join(play.pieces)), apart=SLOWLY)
