"""A small OpenAI-compatible endpoint on 127.0.0.1 that plays what it is told, byte for byte, over real sockets."""

import asyncio
import json
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class End(StrEnum):
    """How the connection ends after the last byte."""

    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"  # nothing more comes, and nobody hangs up


@dataclass(frozen=True)
class Play:
    """One response. Pieces are written one by one, so many seconds apart."""

    pieces: tuple[bytes, ...]
    end: End = End.CLOSE
    apart: float = 0


@dataclass(frozen=True)
class Asked:
    """A request: which provider's path it came to, its body, and the first passage in it (may be empty)."""

    provider: str
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """All messages as one text."""
        return "\n".join(str(message.get("content") or "") for message in self.body.get("messages", []))

    @property
    def passage(self) -> str:
        """The first sentence of the first passage that was found."""
        found = re.findall(r'<passage number="1"[^>]*>\n(.+)', self.words)
        return re.split(r"(?<=[.!?])\s", found[-1])[0] if found else ""


@asynccontextmanager
async def serving(play: Callable[[Asked], Play]) -> AsyncIterator[str]:
    """The endpoint; gives its address, after which `/<provider>/v1` is a base URL."""
    open_ones: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            open_ones.add(task)
            task.add_done_callback(open_ones.discard)
        # The product hangs up when it has waited long enough; what still drips when the endpoint closes is cancelled.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                await _perform(play(await _read(reader)), reader, writer)
            finally:
                writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    body = await reader.readexactly(int(length[1])) if length else b"{}"
    return Asked(head.split(" ", 2)[1].split("/")[1], json.loads(body))


async def _perform(play: Play, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for piece in play.pieces:
        writer.write(piece)
        await writer.drain()
        if play.apart:
            await asyncio.sleep(play.apart)
    if play.end is End.HANG:
        await reader.read()  # until the other side hangs up
    elif play.end is End.RESET:
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
