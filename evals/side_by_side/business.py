"""The business that the side by side serves, and its server: `python -m evals.side_by_side.business FOLDER CUSTOMERS`.

A business like the harness's own: smart-home devices, 1,000 articles of about ninety words (what its peer with
retrieval searches), one order for each customer. It is prepared once, by the commands an operator has, and every
start serves a fresh copy, as every start of the peers has a fresh database.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from agent.demo_shop.records import ShopCustomer, ShopOrder, ShopOrderItem
from agent.demo_shop.seed import seed
from knowledge.database import Database, utc_now

DEVICES = (
    "hub", "bulb", "plug", "doorbell", "thermostat", "camera", "lock", "door sensor", "motion sensor", "smoke alarm",
    "water sensor", "light strip", "ceiling lamp", "remote", "wall switch", "dimmer", "siren", "garage opener",
    "blind motor", "radiator valve", "speaker", "repeater", "weather station", "energy meter", "keypad",
)  # fmt: skip
MATTERS = (
    "drops off the network", "does not pair", "does not answer", "needs a reset", "after a firmware update",
    "and your router", "and its Wi-Fi channel", "and its battery", "responds late", "shows a red light",
    "in another room", "in a group", "in a routine", "with a voice assistant", "away from home", "in the evening",
    "after a power cut", "and its range", "and its warranty", "and its colour", "and a new phone", "and a new owner",
    "is too loud", "gets warm", "and interference", "at low temperatures", "and its history", "and its schedule",
    "and shared access", "and privacy", "and its mounting", "and cleaning", "and spare parts", "and recycling",
    "and its delivery status", "and late delivery", "and a refund", "and a change of address", "and returns", "and repair",
)  # fmt: skip
# The last two sentences are what the harness's model says to everything: they pass the check because the help centre
# says so, not because the check is off. "Order" must not stand here: at that word in the customer's turn, which carries
# our passages, the harness's model calls a tool.
ARTICLE = """\
---
title: The {device} {matter}
audience: public
locale: en
---

Advice on the {device} {matter}. Restart the {device} and the router first, keep both within eight metres of each other,
and choose one of the Wi-Fi channels one, six or eleven. If the {device} was reset, pair it again in the app. About a
late delivery, a refund or another address for the {device}, write to us with the number in your mail. Once we
have checked the details and everything is on track, you should see an update within two business days. If anything
looks off, reply here and we will take another look right away for you.
"""
LATE = """\
---
title: Late deliveries
audience: public
locale: en
questions:
  "": ["where is my order TT-11500? it was due on monday.", "where is my order", "my order was due on monday"]
---

Was your parcel due on Monday or another day, and where is it? Wait two days, as carriers are late at times. Then write to us with the number in
your mail. Once we have checked the details and everything is on track, you should see an update within two business
days. If anything looks off, reply here and we will take another look right away for you.
"""


def main() -> None:
    """Prepare what is not there yet, then become the server."""
    folder, customers = Path(sys.argv[1]), int(sys.argv[2])
    prepared, data = folder / "prepared", folder / "data"
    if not (prepared / "ready").exists():
        shutil.rmtree(prepared, ignore_errors=True)
        _prepare(prepared, folder / "articles", customers)
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(prepared, data)
    os.execve(sys.executable, _candor("serve"), _environment(data))  # noqa: S606 - ourselves


def _prepare(data: Path, articles: Path, customers: int) -> None:
    """Publish the articles and put the shop's customers and orders in."""
    articles.mkdir(parents=True, exist_ok=True)
    (articles / "late-deliveries.md").write_text(LATE, encoding="utf-8")
    for device in DEVICES:
        for matter in MATTERS:
            slug = f"{device} {matter}".lower().replace(" ", "-")
            text = ARTICLE.format(device=device, matter=matter)
            (articles / f"{slug}.md").write_text(text, encoding="utf-8")
    for command in (("kb", "import", str(articles)), ("kb", "publish", "--all")):
        subprocess.run(_candor(*command), env=_environment(data), check=True)  # noqa: S603 - ourselves
    asyncio.run(_fill_shop(f"sqlite+aiosqlite:///{data / 'candor.db'}", customers))
    (data / "ready").touch()


async def _fill_shop(url: str, customers: int) -> None:
    """Customers like the demo's first, each with an order that is on its way."""
    database, now = Database(url), utc_now()
    await seed(database, now)
    async with database.transaction() as session:
        order = (await session.get_one(ShopOrder, "TT-10432")).model_dump()
        item = (await session.get_one(ShopOrderItem, "10432-1")).model_dump()
        order |= {
            "status": "shipped",
            "placed_at": now - timedelta(days=4),
            "shipped_at": now - timedelta(days=2),
        }
        for one in range(1000, 1000 + customers):
            customer, number = f"bench_{one}", f"TT-1{one}"
            email = f"{customer}@customers.example"
            session.add(ShopCustomer(id=customer, name="Ada Byrne", email=email, phone=""))
            await session.flush()
            session.add(ShopOrder(**order | {"number": number, "customer_id": customer}))
            await session.flush()
            session.add(ShopOrderItem(**item | {"id": f"{number}-1", "order_number": number}))
    await database.close()


def _candor(*command: str) -> list[str]:
    """The command line of Candor, in this Python."""
    return [sys.executable, "-c", "from api.cli import app; app()", *command]


def _environment(data: Path) -> dict[str, str]:
    return {**os.environ, "CANDOR_DATA_DIR": str(data)}


if __name__ == "__main__":
    main()
