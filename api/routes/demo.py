"""The demo shop: what a shop's own site would be, with its customers, products and the identity of who is signed in."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from agent.demo_shop.catalogue import PRODUCTS, Product
from agent.demo_shop.shop import DemoShop
from agent.models.understanding import in_words
from agent.money import Money
from agent.orders import Order
from api.context import IdentityNow, PartsNow
from api.routes.pages import HERE, not_found, templates
from escalation.assembly import Parts
from knowledge import yaml_files

PERSON_COOKIE = "demo_person"
FIRST_PERSON = "cus_maeve"
TONES = 5  # colours of pictures, one for each neighbour, so that the grid is no grey wall
SHOWN_ALIKE = 4

router = APIRouter(include_in_schema=False)


@router.get("/")
async def demo_shop(
    request: Request,
    parts: PartsNow,
    demo_person: Annotated[str | None, Cookie()] = None,
) -> Response:
    """The demo shop's front page, signed in as one of its customers."""
    if "as" in request.query_params:
        response = RedirectResponse("/", status_code=303)
        chosen = await parts.shop.customer(request.query_params["as"])
        # Nobody we know: a visitor, whatever was sent.
        response.set_cookie(PERSON_COOKIE, chosen.id if chosen else "", samesite="lax", httponly=True)
        return response
    account = await _account(parts, demo_person)
    person = account["person"]
    orders = await parts.shop.orders(person["id"]) if person else ()
    context: dict[str, Any] = {
        **account,
        "shop_name": parts.settings.shop_name,
        "products": [_product(product) for product in PRODUCTS],
        "orders": [_order(order) for order in orders],
    }
    return templates.TemplateResponse(request, "demo.html", context)


@router.get("/products/{sku}")
async def demo_product(
    request: Request,
    parts: PartsNow,
    sku: str,
    demo_person: Annotated[str | None, Cookie()] = None,
) -> Response:
    """A product of the demo shop."""
    shown = next((product for product in PRODUCTS if product.sku == sku), None)
    if shown is None:
        return not_found(request, parts.settings.shop_name)
    alike = [product for product in PRODUCTS if product.category == shown.category and product is not shown]
    remarks = {
        "Final sale: it cannot be returned.": shown.final_sale,
        "A hygiene item: it cannot be returned unless it is faulty.": shown.hygiene,
    }
    context: dict[str, Any] = {
        **await _account(parts, demo_person),
        "shop_name": parts.settings.shop_name,
        "product": {
            **_product(shown),
            "about": _about()[sku],
            "remarks": [remark for remark, holds in remarks.items() if holds],
        },
        "others": [_product(product) for product in alike[:SHOWN_ALIKE]],
    }
    return templates.TemplateResponse(request, "demo_product.html", context)


@router.get("/demo/identity")
async def demo_identity(
    parts: PartsNow, identity: IdentityNow, demo_person: Annotated[str | None, Cookie()] = None
) -> JSONResponse:
    """What a shop's own backend does: vouch for the customer who is signed in there."""
    person = await parts.shop.customer(FIRST_PERSON if demo_person is None else demo_person)
    # The demo has no sign-in of its own: who is chosen counts as having signed in now.
    return JSONResponse({"token": identity.vouch(person.id, parts.clock()) if person else None})


async def _account(parts: Parts, demo_person: str | None) -> dict[str, Any]:
    """Who is signed in at the demo shop, and as whom one can be."""
    shop = parts.shop
    people = await shop.customers() if isinstance(shop, DemoShop) else ()
    person = await shop.customer(FIRST_PERSON if demo_person is None else demo_person)
    return {
        "people": [{"id": p.id, "name": p.name} for p in people],
        "person": {"id": person.id, "name": person.name} if person else None,
    }


@cache
def _about() -> dict[str, str]:
    said: dict[str, str] = yaml_files.load(
        (HERE / "pages" / "demo_products.yaml").read_text(encoding="utf-8")
    )
    return said


def _product(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "variants": list(product.variants),
        "price": str(Money(product.cents, "EUR")),
        "category": product.category,
        "tone": PRODUCTS.index(product) % TONES,
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "placed": in_words(order.placed_at),
        "status": order.status,
        "total": str(order.total),
        "items": [
            f"{item.quantity} × {item.name} ({item.variant})"
            + (f", {item.returned} in return" if item.returned else "")
            for item in order.items
        ],
    }
