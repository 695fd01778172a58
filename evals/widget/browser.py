"""The demo shop as a process of its own, a Chromium, and a person of the desk: what a measurement of the widget stands on."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from playwright.async_api import APIRequestContext, Browser, async_playwright, expect

PATIENCE = 30_000  # ms; a machine may be busy with other things
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EMAIL, PASSWORD = "aoife@desk.example", "a long enough password"  # of an account that lives for a run

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's Chromium with a fresh profile. Ends the program where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise SystemExit("There is no Chromium on this machine. Install chromium to run this.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def demo_shop(folder: Path, unlike: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """The demo shop over a data folder, with one account of the desk (`EMAIL`, `PASSWORD`); gives its address.

    `unlike`: the settings, by the names of their variables, that are not to be the usual ones.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The defaults are shown, whatever this shell has set.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    environment |= {"CANDOR_DATA_DIR": str(folder), "CANDOR_PORT": str(port), "CANDOR_DEMO": "true"}
    environment |= unlike or {}
    account = ["staff", "add", "--email", EMAIL, "--name", "Aoife", "--password", PASSWORD]
    added = await _candor(account, environment)
    if await added.wait():
        raise SystemExit("the account of the desk could not be made")
    process = await _candor(["serve"], environment)
    try:
        while not await _listens(port):
            if process.returncode is not None:
                raise SystemExit("the server did not start")
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _candor(arguments: list[str], environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from api.cli import app; app({arguments!r})",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


class Colleague:
    """A person of the desk, by the calls of the console."""

    def __init__(self, request: APIRequestContext, address: str) -> None:
        self._request = request
        self._at = f"{address}/v1/desk"

    @classmethod
    async def sign_in(cls, browser: Browser, address: str, email: str, password: str) -> Self:
        """Sign in as the console does."""
        context = await browser.new_context(extra_http_headers={"X-Candor-Desk": "1"})
        colleague = cls(context.request, address)
        await colleague.post("sign-in", email=email, password=password)
        return colleague

    async def post(self, path: str, **body: Any) -> Any:
        """The answer to a call; None where there is nothing to say."""
        response = await self._request.post(f"{self._at}/{path}", data=body)
        if not response.ok:
            raise RuntimeError(f"{path} was answered {response.status}")
        return await response.json() if response.status != 204 else None  # noqa: PLR2004 - HTTP's own number

    async def stays(self) -> None:
        """Be there for three minutes more: whoever does not say so is taken for gone, and loses what they hold."""
        await self._request.put(f"{self._at}/presence", data={"status": "online"})

    async def publish(self, slug: str, article: dict[str, Any]) -> bool:
        """Write an article and publish it; False where it was refused."""
        at = self._at.replace("/desk", "/kb")
        draft = await self._request.put(
            f"{at}/articles/{slug}/draft", data={"base": None, "article": article}
        )
        if not draft.ok:
            return False
        return (
            await self._request.post(f"{at}/publications", data={"drafts": [(await draft.json())["id"]]})
        ).ok

    async def case(self, conversation: str) -> Any:
        """A conversation as the desk sees it."""
        return await (await self._request.get(f"{self._at}/conversations/{conversation}")).json()

    async def newest(self) -> Any:
        """The conversation that began last."""
        items = (await (await self._request.get(f"{self._at}/conversations?view=all")).json())["items"]
        return max(items, key=lambda item: item["created_at"])

    async def claim(self, conversation: str | None = None) -> str:
        """Take a conversation, the newest unless one is named, from its queue or from the AI; its id."""
        case = await self.case(conversation) if conversation else await self.newest()
        await self.post(f"conversations/{case['id']}/claim", epoch=case["epoch"])
        return str(case["id"])

    async def reply(self, case: str, text: str) -> None:
        """Speak to the customer."""
        await self.post(f"conversations/{case}/replies", client_id=uuid4().hex, text=text)

    async def writes(self, case: str) -> None:
        """The customer sees that a reply is being written."""
        await self.post(f"conversations/{case}/activity", doing="replying", window="w")
