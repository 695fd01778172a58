"""`python -m evals.busy_hour FOLDER [--long 490]`: ten overlapping conversations and a person at the desk, with pictures to be looked at.

A real `candor serve` with the demo shop; the customers write over HTTP, the person works in a real Chromium by keyboard alone: takes, reads the
briefing, replies, uses a macro and a suggestion, whispers, passes on, puts aside, hands back, resolves. Nothing waits longer than it must,
so an hour's work takes some minutes. Pictures of every stage, at 1280 and 1920, light and dark, lie in the folder afterwards.
Exits with 1 if the page had a script error.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from playwright.async_api import expect

from agent.demo_shop.records import ShopCustomer
from escalation.records import Role
from escalation.settings import Settings
from escalation.staff import Staff
from evals.busy_hour.console import opened
from evals.busy_hour.customers import HTML_NAME, STORIES, Customer
from evals.busy_hour.work import PARTS, Hour
from evals.serving import served
from knowledge.database import Database

PASSWORD = "only for this hour of work"  # noqa: S105 - of accounts in a folder that is thrown away
AOIFE, BRIAN = "aoife@desk.example", "brian@desk.example"


async def prepare(data: Path) -> None:
    """The two people of the desk, and a customer with HTML in the name."""
    database = Database(Settings(_env_file=None, data_dir=data).records_url)  # type: ignore[call-arg]  # pydantic-settings' own
    try:
        staff = Staff(database)
        await staff.create(AOIFE, "Aoife Ní Bhriain", PASSWORD)
        await staff.create(BRIAN, "Brian <i>O'Neill</i>", PASSWORD)
        await staff.set_work(AOIFE, role=Role.SUPERVISOR, capacity=12, languages=["de", "en"])
        async with database.transaction() as session:
            (await session.get_one(ShopCustomer, "cus_tomasz")).name = HTML_NAME
    finally:
        await database.close()


async def hour(folder: Path, long: int) -> Sequence[str]:
    """Run it; the errors of the page's scripts."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candor-hour-")))
        address, _, _ = await stack.enter_async_context(served(data))
        await prepare(data)

        async def client() -> httpx.AsyncClient:
            return await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60))

        brian = await client()
        brian.headers["X-Candor-Desk"] = "1"
        said = {"email": BRIAN, "password": PASSWORD}
        (await brian.post("/v1/desk/sign-in", json=said)).raise_for_status()
        (await brian.put("/v1/desk/presence", json={"status": "online"})).raise_for_status()
        console = await stack.enter_async_context(opened(address, folder))
        await console.sign_in(AOIFE, PASSWORD)
        arriving = [Customer.arrive(await client(), story) for story in STORIES]
        came = await asyncio.gather(*arriving)
        customers = {story.name: customer for story, customer in zip(STORIES, came, strict=True)}
        await customers["long"].write_much(long)
        await expect(console.page.locator("#rows .row")).to_have_count(len(STORIES))
        for part in PARTS:
            await part(Hour(console, customers))
        return console.errors


def main() -> None:
    """Print where the pictures are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--long", type=int, default=490, help="Messages of the long thread.")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    errors = asyncio.run(hour(arguments.folder, arguments.long))
    print(f"{len(list(arguments.folder.glob('*.png')))} pictures in {arguments.folder}")
    for error in errors:
        print(f"a script of the page failed: {error}")
    raise SystemExit(bool(errors))


if __name__ == "__main__":
    main()
