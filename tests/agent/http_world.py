"""A shop behind HTTP, and a line to it on which tests let things go wrong."""

import json
from collections import Counter
from contextlib import asynccontextmanager

import httpx

from agent.actions import CancelOrder, CancelReason
from agent.http_shop.shop import HttpShop
from agent.money import Money
from agent.verdicts import Effects
from tests.agent.orders_world import World
from tests.agent.shop_server import SECRET, serve

ME, PENDING = "cus_maeve", "TT-10432"
TOTAL = 81_50  # of PENDING
CANCEL = CancelOrder(order=PENDING, reason=CancelReason.NO_LONGER_NEEDED)
EFFECTS = Effects(refund=Money(TOTAL, "EUR"), refund_to="Visa •••• 4242")


class Line(httpx.AsyncBaseTransport):
    """The way to the shop. `bad` is what becomes of a request on it: given the request and the way on, it answers."""

    def __init__(self, app):
        self.shop = httpx.ASGITransport(app, raise_app_exceptions=False).handle_async_request
        self.asked = []
        self.bad = None

    async def handle_async_request(self, request):
        self.asked.append(request)
        if self.bad is None or request.url.path == "/kinds":
            return await self.shop(request)
        return await self.bad(request, self.shop)

    def counts(self):
        return Counter((r.method, r.url.path) for r in self.asked if r.url.path != "/kinds")


@asynccontextmanager
async def http_world(folder):
    """The small world of tests, with its shop behind HTTP: `world.http`, over `world.line`."""
    world = await World.create(folder)
    world.line = Line(serve(world.shop, SECRET, world.clock))
    world.http = client(world)
    await world.http.open()
    yield world
    await world.http.close()
    await world.database.close()


def client(world, secret=SECRET, **options):
    options = {"pauses": (0, 0), "clock": world.clock, "transport": world.line} | options
    return HttpShop("http://shop.test", secret, **options)


async def cancel(shop):
    return await shop.change(ME, CANCEL, EFFECTS, idempotency_key="k")


def always(status, content=b"", **headers):
    async def bad(*_):
        return httpx.Response(status, content=content, headers=headers)

    return bad


def saying(edit):
    """The shop's own answer, edited."""

    async def bad(request, shop):
        told = json.loads(await (await shop(request)).aread())
        return httpx.Response(200, content=json.dumps(edit(told) or told))

    return bad


def put(value, *place):
    """An edit: this value at that place of the answer."""

    def edit(told):
        *way, last = place
        for step in way:
            told = told[step]
        told[last] = value

    return edit


async def lost(request, shop):
    """The shop does it, and its answer is lost."""
    await shop(request)
    raise httpx.ReadTimeout(f"no answer from {request.url}")
