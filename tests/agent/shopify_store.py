"""A Shopify store in memory: it answers the very documents that the adapter sends, in the shapes of Shopify's documentation.

What it refuses is what Shopify is documented to refuse: a second cancellation, more than was paid, more than can be returned, a
claim that somebody else has, a refund without a key.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from urllib.parse import parse_qsl

import httpx

from agent.shopify_shop.api import API_VERSION, App
from agent.shopify_shop.documents import NAMESPACE, SCOPES
from tests.agent.graphql_selection import cut, name_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DOMAIN, TOKEN = "tarn.myshopify.com", "shpat_known-to-the-store-only"
APP = App("the-app", "known-to-the-dashboard-only")
ME, OTHER = "7001", "7002"


def bag(amount, currency="EUR"):
    """A MoneyBag; Shopify writes no zeros that it does not need: "10.0"."""
    return {"presentmentMoney": {"amount": str(amount), "currencyCode": currency}}


def page(nodes, *, more=False):
    return {"nodes": nodes, "pageInfo": {"hasNextPage": more, "endCursor": "end" if more else None}}


def at(days):
    return (NOW - timedelta(days=days)).isoformat().replace("+00:00", "Z")


def gid(kind, number):
    return f"gid://shopify/{kind}/{number}"


def address(**changes):
    return {
        "name": "Maeve Brennan", "address1": "14 Sea Road", "address2": None, "zip": "H91 T2K8", "city": "Galway",
        "provinceCode": None, "countryCodeV2": "IE",
    } | changes  # fmt: skip


def line(number, quantity=1, price="40.0", **changes):
    return {
        "id": gid("LineItem", number), "title": "Fleece", "variantTitle": "M", "quantity": quantity,
        "currentQuantity": quantity, "isGiftCard": False, "discountedUnitPriceAfterAllDiscountsSet": bag(price),
        "taxLines": [], "customAttributes": [], "variant": {"id": gid("ProductVariant", 501)},
        "product": {"id": gid("Product", 50), "productType": "Clothing", "tags": []},
    } | changes  # fmt: skip


def paid(number, amount, **changes):
    return {
        "id": gid("OrderTransaction", number), "kind": "SALE", "status": "SUCCESS", "gateway": "shopify_payments",
        "formattedGateway": "Shopify Payments", "manualPaymentGateway": False, "amountSet": bag(amount),
        "parentTransaction": None,
        "paymentDetails": {"__typename": "CardPaymentDetails", "company": "Visa", "number": "•••• •••• •••• 4242"},
    } | changes  # fmt: skip


def order(number, customer=ME, *, days=2, total="81.5", **changes):
    return {
        "id": gid("Order", number), "name": f"#{number}", "createdAt": at(days), "cancelledAt": None, "taxesIncluded": True,
        "edited": False, "customer": {"id": gid("Customer", customer)}, "displayFulfillmentStatus": "UNFULFILLED",
        "totalReceivedSet": bag(total), "totalShippingPriceSet": bag("1.5"), "shippingAddress": address(),
        "cancellation": None, "lineItems": page([line(int(number) * 10, 2)]),
        "transactions": [paid(int(number) * 10, total)], "refunds": [], "fulfillments": [],
        "returns": page([]), "metafields": page([]),
    } | changes  # fmt: skip


def delivered(number, **changes):
    parcel = {
        "status": "SUCCESS", "createdAt": at(9), "deliveredAt": at(6), "displayStatus": "DELIVERED",
        "trackingInfo": [{"company": "An Post", "number": "CE1", "url": "https://track.example/CE1"}],
    }  # fmt: skip
    return order(number, days=10, displayFulfillmentStatus="FULFILLED", fulfillments=[parcel], **changes)


class Store(httpx.AsyncBaseTransport):
    """The store, as a transport. `bad` is what becomes of a request on its way: given it and the store, it answers."""

    def __init__(self):
        self.now = NOW
        self.orders = {o["id"]: o for o in (order(1001), delivered(1000), order(1002, OTHER))}
        self.asked, self.bad, self.scopes = [], None, SCOPES
        self.job = "SUCCEEDED"  # what becomes of a cancellation; STARTED: it never ends
        self.tokens, self.lasts = [], 86_399
        self._keys, self._numbers = {}, count(9001)

    # --- the line

    async def handle_async_request(self, request):
        await request.aread()
        if request.url.path == "/admin/oauth/access_token":
            return self.let_in(request)
        self.asked.append(name_of(json.loads(request.content)["query"]))
        return await (self.bad(request, self) if self.bad else self.answer(request))

    async def answer(self, request):
        assert request.url.host == DOMAIN
        assert request.url.path == f"/admin/api/{API_VERSION}/graphql.json"
        if request.headers["x-shopify-access-token"] not in (TOKEN, *self.tokens[-1:]):
            return httpx.Response(401, json={"errors": "[API] Invalid API key or access token"})
        asked = json.loads(request.content)
        data = getattr(self, name_of(asked["query"]).lower())(**asked["variables"])
        cost = {"requestedQueryCost": 50, "throttleStatus": {"currentlyAvailable": 1950, "restoreRate": 100}}
        return httpx.Response(200, json={"data": cut(asked["query"], data), "extensions": {"cost": cost}})

    def let_in(self, request):
        form = dict(parse_qsl(request.content.decode()))
        if form != {
            "grant_type": "client_credentials",
            "client_id": APP.client_id,
            "client_secret": APP.client_secret,
        }:
            return httpx.Response(400, json={"error": "invalid_client"})
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return httpx.Response(
            200, json={"access_token": self.tokens[-1], "scope": "", "expires_in": self.lasts}
        )

    # --- questions

    def granted(self):
        return {"currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in self.scopes]}}

    def customer(self, id):  # noqa: A002 - Shopify's name
        known = {gid("Customer", ME): "Maeve Brennan", gid("Customer", OTHER): "Jonas Weber"}
        return {
            "customer": (id in known
            and {
                "id": id, "displayName": known[id], "defaultEmailAddress": {"emailAddress": "maeve@example.com"},
                "defaultPhoneNumber": None, "defaultAddress": address(),
            })
            or None
        }  # fmt: skip

    def ordernames(self, id, after):  # noqa: A002
        own = [o for o in self.orders.values() if o["customer"]["id"] == id]
        own.sort(key=lambda o: o["createdAt"], reverse=True)
        start = int(after or 0)
        names = page(own[start : start + 50], more=len(own) > start + 50)
        names["pageInfo"]["endCursor"] = str(start + 50)
        return {"customer": {"id": id, "orders": names} if own else None}

    def order(self, id):  # noqa: A002
        return {"order": self.orders.get(id)}

    def morelines(self, id, after):  # noqa: A002
        assert after == "end"
        return {"order": {"lineItems": page(self.orders[id]["more"])}}

    def variants(self, id, after):  # noqa: A002
        made = [
            {
                "id": gid("ProductVariant", number), "title": size, "price": "40.00", "availableForSale": True,
                "inventoryPolicy": "DENY", "sellableOnlineQuantity": 3, "inventoryItem": {"tracked": True},
            }
            for number, size in ((501, "M"), (502, "L"))
        ]  # fmt: skip
        known = id == gid("Product", 50)
        product = {"id": id, "title": "Fleece", "variants": page(made)} if known else None
        return {"shop": {"currencyCode": "EUR"}, "product": product}

    def returnable(self, id):  # noqa: A002
        items = [
            {
                "quantity": self._returnable(self.orders[id], each),
                "fulfillmentLineItem": {"id": _sent(each), "lineItem": each},
            }
            for each in self.orders[id]["lineItems"]["nodes"]
        ]
        return {"returnableFulfillments": {"nodes": [{"returnableFulfillmentLineItems": {"nodes": items}}]}}

    def cancelling(self, result):
        errors = [{"code": "INVALID"}] if self.job == "FAILED" else []
        return {"node": {"__typename": "OrderCancelJobResult", "status": self.job, "errors": errors}}

    # --- changes

    def claim(self, metafields):
        (asked,) = metafields
        fields = self.orders[asked["ownerId"]]["metafields"]["nodes"]
        here = next((f for f in fields if f["key"] == asked["key"]), None)
        if asked["compareDigest"] != (here and here["compareDigest"]):
            return {"metafieldsSet": {"metafields": [], "userErrors": [{"code": "STALE_OBJECT"}]}}
        self._write(fields, asked)
        return {"metafieldsSet": {"metafields": [fields[-1]], "userErrors": []}}

    def release(self, metafields):
        (asked,) = metafields
        fields = self.orders[asked["ownerId"]]["metafields"]
        fields["nodes"] = [f for f in fields["nodes"] if f["key"] != asked["key"]]
        return {"metafieldsDelete": {"userErrors": []}}

    def cancel(self, order, reason, note, refund, restock):
        its = self.orders[order]
        if its["cancelledAt"] or its["displayFulfillmentStatus"] == "FULFILLED":
            return {"orderCancel": {"jobResult": None, "orderCancelUserErrors": [{"code": "INVALID"}]}}
        if self.job == "SUCCEEDED":
            its |= {"cancelledAt": self._time(), "cancellation": {"staffNote": note}}
            if refund:
                self._refund(
                    its, [(t, self._left(its, t)) for t in its["transactions"] if t["kind"] == "SALE"], None
                )
        job = {"id": gid("OrderCancelJobResult", next(self._numbers)), "status": "STARTED"}
        return {"orderCancel": {"jobResult": job, "orderCancelUserErrors": []}}

    def move(self, input):  # noqa: A002
        its, to = self.orders[input["id"]], input["shippingAddress"]
        if not to["zip"]:
            error = {"field": ["shippingAddress", "zip"], "message": "Zip is not valid"}
            return {"orderUpdate": {"order": None, "userErrors": [error]}}
        its["shippingAddress"] = address(
            name=f"{to['firstName']} {to['lastName']}", countryCodeV2=to["countryCode"],
            provinceCode=to.get("provinceCode"), **{k: to[k] for k in ("address1", "address2", "zip", "city")},
        )  # fmt: skip
        for field in input["metafields"]:
            self._write(its["metafields"]["nodes"], field)
        return {"orderUpdate": {"order": its, "userErrors": []}}

    def refund(self, input, key):  # noqa: A002
        its = self.orders[input["orderId"]]
        if key in self._keys:
            same = self._keys[key] == input
            error = {
                "field": None,
                "message": "The same idempotency key cannot be used with different parameters.",
            }
            return {"refundCreate": {"refund": its["refunds"][-1], "userErrors": [] if same else [error]}}
        parts = [
            (next(t for t in its["transactions"] if t["id"] == each["parentId"]), Decimal(each["amount"]))
            for each in input["transactions"]
        ]
        if any(amount > self._left(its, of) for of, amount in parts):
            error = {"field": ["transactions"], "message": "Refund amount is more than the amount left."}
            return {"refundCreate": {"refund": None, "userErrors": [error]}}
        self._keys[key] = input
        return {"refundCreate": {"refund": self._refund(its, parts, input["note"]), "userErrors": []}}

    def __getattr__(self, name):
        if name == "return":  # a word of Python, too
            return self._return
        raise AttributeError(name)

    def _return(self, input):  # noqa: A002
        its, lines = self.orders[input["orderId"]], []
        by_sent = {_sent(each): each for each in its["lineItems"]["nodes"]}
        for asked in input["returnLineItems"]:
            of = by_sent[asked["fulfillmentLineItemId"]]
            if asked["quantity"] > self._returnable(its, of):
                return {"returnCreate": {"return": None, "userErrors": [{"code": "INVALID"}]}}
            lines.append(
                {
                    "__typename": "ReturnLineItem", "quantity": asked["quantity"], "refundedQuantity": 0,
                    "returnReasonNote": asked["returnReasonNote"], "fulfillmentLineItem": {"lineItem": of},
                }
            )  # fmt: skip
        made = {
            "id": gid("Return", next(self._numbers)), "name": f"{its['name']}-R1", "status": "OPEN",
            "createdAt": self._time(), "refunds": {"nodes": []}, "returnLineItems": page(lines),
            "fee": input.get("returnShippingFee"),
        }  # fmt: skip
        its["returns"]["nodes"].append(made)
        return {"returnCreate": {"return": made, "userErrors": []}}

    # --- what lies behind

    def _refund(self, its, parts, note):
        moved = []
        for of, amount in parts:
            back = paid(next(self._numbers), amount, kind="REFUND", parentTransaction=of, paymentDetails=None)
            moved.append(back)
        its["transactions"] += moved
        made = {
            "id": gid("Refund", next(self._numbers)),
            "createdAt": self._time(),
            "note": note,
            "transactions": page(moved),
        }
        its["refunds"].append(made)
        return made

    def _left(self, its, of):
        back = (t for t in its["transactions"] if (t["parentTransaction"] or {}).get("id") == of["id"])
        return _amount(of) - sum((_amount(t) for t in back), Decimal(0))

    def _returnable(self, its, of):
        gone = (r for each in its["returns"]["nodes"] for r in each["returnLineItems"]["nodes"])
        return of["quantity"] - sum(r["quantity"] for r in gone if r["fulfillmentLineItem"]["lineItem"] is of)

    def _write(self, fields, asked):
        assert asked["namespace"] == NAMESPACE
        fields[:] = [f for f in fields if f["key"] != asked["key"]]
        digest = hashlib.sha256(asked["value"].encode()).hexdigest()
        fields.append({"key": asked["key"], "value": asked["value"], "compareDigest": digest})

    def _time(self):
        return self.now.isoformat().replace("+00:00", "Z")


def _sent(of):
    return of["id"].replace("LineItem", "FulfillmentLineItem")


def _amount(transaction):
    return Decimal(transaction["amountSet"]["presentmentMoney"]["amount"])
