"""Candor as a target of the harness: a customer of the shop with the chat open, over HTTP as the widget does it.

Each conversation is another customer's, signed in, with one order of their own. Its events are followed on one
stream, which ends after the third turn, as a customer would leave.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

# The harness's.
from targets import PORT, ROOT, Target, Turn

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("CANDOR_PYTHON", str(REPOSITORY / ".venv" / "bin" / "python"))
SECRET = "a secret for measurements only and of no use to anybody"  # noqa: S105 - see its words
TURNS = 3
CUSTOMERS = 1_000  # as many orders as the harness asks for: ORD-1000 to ORD-1999
PROVIDER = "http://127.0.0.1:8099/v1"  # where the harness starts it


@dataclass
class Conversation:
    """One customer's open chat."""

    url: str
    headers: dict[str, str]
    turns: int = 0
    news: asyncio.Queue[tuple[str, Any]] = field(default_factory=asyncio.Queue)
    following: asyncio.Task[None] = field(init=False)


class Candor(Target):  # type: ignore[misc]
    """`candor serve`: hosted model, SQLite, embedded Chroma; retrieval, signals, checks and records on."""

    name = "candor"
    env: ClassVar = {
        "CANDOR_PORT": str(PORT),
        "CANDOR_DEMO": "false",
        "CANDOR_SHOP_NAME": "Acme Home",
        "CANDOR_RATE_MESSAGES": "1000000/minute",  # whoever measures is faster than a person
        "CANDOR_RATE_REQUESTS": "1000000/minute",
        "CANDOR_RATE_SESSIONS": "1000000/minute",
        "CANDOR_IDENTITY_SECRET": SECRET,
        "CANDOR_MODEL": "openai",
        "CANDOR_MODEL_NAME": "gpt-4o-mini",
        "CANDOR_MODEL_BASE_URL": PROVIDER,
        "CANDOR_MODEL_API_KEY": "fake",
        "CANDOR_LOG_LEVEL": "warning",
        "PYTHONPATH": str(REPOSITORY),
    }
    boot_s = 240  # the first start indexes the articles

    def cmd(self) -> list[str]:
        """Serve from a fresh copy of the prepared business."""
        return [PYTHON, "-m", "evals.side_by_side.business", f"{ROOT}/run/candor", str(CUSTOMERS)]

    async def open(self, http: Any, i: int) -> Conversation:
        """Sign in as the customer whose order the harness will ask for, and open a conversation with its stream."""
        body = {"identity_token": _vouch(f"bench_{1000 + i % CUSTOMERS}")}
        async with http.post(self.base + "/v1/sessions", json=body) as reply:
            session = await reply.json()
        headers = {"Authorization": f"Bearer {session['session_token']}"}
        async with http.post(self.base + "/v1/conversations", headers=headers) as reply:
            opened = await reply.json()
        conversation = Conversation(f"{self.base}/v1/conversations/{opened['id']}", headers)
        last = {**headers, "Last-Event-ID": str(opened["last_event_id"])}
        conversation.following = asyncio.create_task(_follow(http, conversation, last))
        return conversation

    async def turn(self, http: Any, ctx: Conversation, text: str) -> Turn:
        """Send a message; the turn is over when its answer stands in the thread."""
        text = text.replace("ORD-", "TT-1")  # an order's number as this shop writes it
        turn, started = Turn(), time.perf_counter()
        body = {"client_id": f"m{ctx.turns}", "text": text}
        async with http.post(f"{ctx.url}/messages", json=body, headers=ctx.headers) as reply:
            message = await reply.json()
            turn.ttfb = time.perf_counter() - started
        if reply.status != 201:  # noqa: PLR2004 - created
            turn.err = f"{reply.status} {message}"
        while turn.total is None and not turn.err:
            name, data = await asyncio.wait_for(ctx.news.get(), 60)
            now = time.perf_counter() - started
            if name == "draft" or (name == "message" and data["author"]["kind"] == "ai"):
                turn.ttft = turn.ttft or now
            if name == "message" and data["in_reply_to"] == message["message"]["id"]:
                turn.total, turn.text = now, data["text"]
            elif name in ("floor", "lost"):
                # A person has it now, as a rule or a fault wanted: the harness ends the conversation and counts an error.
                raise RuntimeError(f"{name}: {data}")
        turn.total = turn.total or time.perf_counter() - started
        ctx.turns += 1
        if ctx.turns == TURNS:
            ctx.following.cancel()
            with suppress(asyncio.CancelledError):
                await ctx.following
        return turn


async def _follow(http: Any, conversation: Conversation, headers: dict[str, str]) -> None:
    """Put every event of the conversation's stream into its mailbox."""
    name = ""
    async with http.get(f"{conversation.url}/events", headers=headers, timeout=None) as stream:
        async for line in stream.content:
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                conversation.news.put_nowait((name, json.loads(line[6:])))
    conversation.news.put_nowait(("lost", {}))


def _vouch(customer_id: str) -> str:
    """An identity token as the shop's backend would make it (HS256)."""
    now = int(time.time())
    claims = {"sub": customer_id, "aud": "identity", "iat": now, "exp": now + 600}
    signed = b".".join(
        _base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    return b".".join((signed, _base64(hmac.digest(SECRET.encode(), signed, hashlib.sha256)))).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
