"""A Stripe account in memory, in the shapes of Stripe's documentation, and a shop whose money goes back through it."""

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from urllib.parse import parse_qsl

import httpx

from agent.actions import CancelOrder, CancelReason
from agent.money import Money
from agent.orders import PaymentKind, PaymentMethod
from agent.stripe_refunds.api import StripeApi
from agent.stripe_refunds.shop import StripeRefunds
from agent.verdicts import Effects, RefundTime
from tests.agent.orders_world import NOW
from tests.agent.shopify_world import Intents, Noted, Sleep

SECRET = "sk_test_known-to-the-account-only"


class Account(httpx.AsyncBaseTransport):
    """The account. `payments` are what came in, by their ids; `status` is what new refunds have. Keys are forgotten by `forget`."""

    def __init__(self, payments):
        self.payments, self.refunds = payments, []
        self.status, self.bad, self.page = "succeeded", None, 100
        self.asked, self._keys, self._numbers = [], {}, count(1)

    async def handle_async_request(self, request):
        await request.aread()
        self.asked.append((request.method, request.url.path))
        return await (self.bad(request, self) if self.bad else self.answer(request))

    def counts(self):
        return Counter(self.asked)

    def forget(self):
        """A day has passed."""
        self._keys.clear()

    async def answer(self, request):
        if request.headers["authorization"] != f"Bearer {SECRET}":
            return refusal(401, "invalid_request_error", None)
        path = request.url.path
        if request.method == "GET":
            if path == "/v1/refunds":
                return self._list(dict(request.url.params))
            kind, payment = path.split("/")[-2:]
            received = "amount_received" if kind == "payment_intents" else "amount_captured"
            amount, currency = self.payments[payment]
            return httpx.Response(200, json={"id": payment, received: amount, "currency": currency})
        assert path == "/v1/refunds"
        key, form = request.headers["idempotency-key"], dict(parse_qsl(request.content.decode()))
        if key in self._keys:
            before, answer = self._keys[key]
            return answer if before == form else refusal(400, "idempotency_error", None)
        answer = self._make(form)
        self._keys[key] = (form, answer)
        return answer

    def _list(self, asked):
        mine = [r for r in reversed(self.refunds) if r["payment"] == payment_of(asked)]
        if "starting_after" in asked:
            mine = mine[[r["id"] for r in mine].index(asked["starting_after"]) + 1 :]
        more = len(mine) > self.page
        return httpx.Response(200, json={"object": "list", "data": mine[: self.page], "has_more": more})

    def _make(self, form):
        payment, amount = payment_of(form), int(form["amount"])
        paid, _ = self.payments[payment]
        gone = sum(
            r["amount"]
            for r in self.refunds
            if r["payment"] == payment and r["status"] not in ("failed", "canceled")
        )
        if gone == paid:
            return refusal(400, "invalid_request_error", "charge_already_refunded")
        if amount > paid - gone:
            return refusal(400, "invalid_request_error", None)
        made = self.add(payment, amount, form["metadata[candor_key]"])
        return httpx.Response(200, json=made)

    def add(self, payment, amount, key=None, status=None):
        made = {
            "id": f"re_{next(self._numbers)}", "object": "refund", "amount": amount, "created": int(NOW.timestamp()),
            "currency": self.payments[payment][1], "metadata": {"candor_key": key} if key else {}, "payment": payment,
            "status": status or self.status,
        }  # fmt: skip
        self.refunds.append(made)
        return made


class Anything(dict):
    """Payments of whatever id, all of a million."""

    def __missing__(self, payment):
        return 1_000_000, "usd"


def payment_of(asked):
    return asked.get("payment_intent") or asked["charge"]


def refusal(status, kind, code):
    return httpx.Response(
        status, json={"error": {"type": kind, "code": code, "message": "Maeve's card said no"}}
    )


def api(account, secret=SECRET, **options):
    return StripeApi(secret, transport=account, sleep=Sleep(), **options)


@asynccontextmanager
async def with_stripe(shop, account=None):
    """This shop, its money at Stripe; `stripe.account` is what tests turn."""
    account, intents = account or Account(Anything()), Intents()
    stripe = Noted(StripeRefunds(shop, api(account), intents.find), intents)
    stripe.account, stripe.intents = account, intents
    yield stripe


ME, PENDING, TOTAL = "cus_maeve", "TT-10432", 81_50
PAYMENT = "pi_3NqL8x2eZvKYlo2C"
CANCEL = CancelOrder(order=PENDING, reason=CancelReason.NO_LONGER_NEEDED)
EFFECTS = Effects(
    refund=Money(TOTAL, "EUR"),
    method=PAYMENT,
    refund_to="Visa •••• 4242",
    refund_when=RefundTime.AFTER_CANCELLATION,
)


class PaidAtStripe:
    """The demo shop, whose orders name their payment at Stripe. It books refunds and sends none."""

    def __init__(self, shop):
        self._shop = shop

    def __getattr__(self, name):
        return getattr(self._shop, name)

    def _at_stripe(self, order):
        return replace(order, payment_method=PaymentMethod(PaymentKind.CARD, "Visa •••• 4242", PAYMENT))

    async def orders(self, customer_id):
        return tuple(self._at_stripe(order) for order in await self._shop.orders(customer_id))

    async def order(self, customer_id, number):
        order = await self._shop.order(customer_id, number)
        return order and self._at_stripe(order)


async def cancel(world, **changed):
    return await world.stripe.change(ME, CANCEL, replace(EFFECTS, **changed), idempotency_key="k")


async def status(world):
    return (await world.base.order(ME, PENDING)).status


def writing(wrong):
    """It goes wrong only where money is sent."""

    async def bad(request, account):
        return await (wrong(request, account) if request.method == "POST" else account.answer(request))

    return bad


async def lost(request, account):
    await account.answer(request)
    raise httpx.ReadTimeout(f"no answer from {request.url}")


async def dropped(*_):
    raise httpx.ConnectError("no way")


def always(response):
    async def bad(*_):
        return response

    return bad
