"""Any `Shop` behind HTTP, as `agent/http_shop/openapi.yaml` says: what a company's own backend has to do, in a page."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.actions import ACTION
from agent.errors import ShopRefused
from agent.http_shop.shop import HttpShop
from agent.http_shop.signing import ID, SIGNATURE, TIMESTAMP, sign
from agent.shop import Shop
from agent.verdicts import Effects
from knowledge.database import utc_now

TOLERANCE = 300  # seconds that a signature may be old, or ahead
SECRET = "known-to-candor-and-to-the-shop-only"
_JSON = TypeAdapter(object)
_Call = Callable[[Request], Awaitable[object]]


@asynccontextmanager
async def over_http(shop: Shop) -> AsyncIterator[HttpShop]:
    """The same shop, seen through HTTP."""
    transport = httpx.ASGITransport(serve(shop, SECRET, utc_now))
    far = HttpShop("http://shop.test", SECRET, transport=transport)
    await far.open()
    yield far
    await far.close()


def serve(shop: Shop, secret: str, clock: Callable[[], datetime]) -> Starlette:
    """The app that serves this shop to who knows the secret."""

    async def kinds(_: Request) -> object:
        return sorted(shop.kinds)

    async def change(request: Request) -> object:
        asked = await request.json()
        action = ACTION.validate_json(json.dumps({"kind": asked["kind"], **asked["arguments"]}))
        effects = Effects.from_json(asked["effects"])
        key = request.headers["idempotency-key"]
        return await shop.change(request.path_params["id"], action, effects, idempotency_key=key)

    calls: dict[tuple[str, str], _Call] = {
        ("GET", "/kinds"): kinds,
        ("GET", "/customers/{id}"): lambda r: shop.customer(r.path_params["id"]),
        ("GET", "/customers/by-email/{email}"): lambda r: shop.customer_by_email(r.path_params["email"]),
        ("GET", "/customers/{id}/orders"): lambda r: shop.orders(r.path_params["id"]),
        # "2026/17" is a number, too: its slash comes as %2F, and the framework has decoded it by now.
        ("GET", "/customers/{id}/orders/{number:path}"): lambda r: shop.order(
            r.path_params["id"], r.path_params["number"]
        ),
        ("GET", "/products/{product}/variants"): lambda r: shop.variants(r.path_params["product"]),
        ("GET", "/changes/{key}"): lambda r: shop.receipt(r.path_params["key"]),
        ("POST", "/customers/{id}/changes"): change,
    }

    def endpoint(call: _Call) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if not await _is_signed(request, secret, clock()):
                return JSONResponse({"reason": "not_signed"}, 401)
            try:
                found = await call(request)
            except ShopRefused as refusal:
                return JSONResponse({"reason": refusal.reason}, 409)
            if found is None:
                return JSONResponse({"reason": "not_found"}, 404)
            return Response(_JSON.dump_json(found), media_type="application/json")

        return answer

    routes = [Route(path, endpoint(call), methods=[method]) for (method, path), call in calls.items()]
    return Starlette(routes=routes)


async def _is_signed(request: Request, secret: str, now: datetime) -> bool:
    headers = request.headers
    request_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        return False
    # The key is what makes a write happen once; signed is the id, so the key must be the id.
    if headers.get("idempotency-key", request_id) != request_id:
        return False
    path = request.scope["raw_path"].decode("ascii")
    due = sign(secret, request_id, int(timestamp), request.method, path, await request.body())
    return hmac.compare_digest(due, headers.get(SIGNATURE, ""))
