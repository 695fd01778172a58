"""What a case may name: articles, customers, orders, kinds of changes, rules and queues, as the product's own files have them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agent.changes import CHANGES
from agent.demo_shop import catalogue
from agent.demo_shop.seed import sku_of
from agent.orders import OrderStatus
from escalation.assembly import HELP_CENTRE
from escalation.routing import ROUTING_FILE, Routing
from escalation.triggers import POLICY_FILE, Triggers
from evals.suites.case import World
from knowledge.articles import Article
from knowledge.front_matter import parse_article

RETAIL = Path(__file__).parents[1] / "data" / "retail_sample"
# Handoffs that no rule of the policy makes.
BESIDE_THE_RULES = {
    "button": "asked_for_person", "desk": "taken_over", "turn:asked_for_person": "asked_for_person",
    "turn:approval_needed": "approval_needed", "turn:ai_cannot_help": "ai_cannot_help", "turn:ai_failed": "ai_failed",
}  # fmt: skip


@cache
def kinds() -> frozenset[str]:
    """The kinds of changes."""
    return frozenset(CHANGES)


@cache
def rules() -> Mapping[str, str]:
    """The reason of each rule that can fetch a person."""
    return {rule.rule: str(rule.reason) for rule in Triggers.load(POLICY_FILE).rules} | BESIDE_THE_RULES


@cache
def queues() -> frozenset[str]:
    """The names of the queues."""
    return frozenset(Routing.load(ROUTING_FILE).queues)


@cache
def help_centre() -> Mapping[str, Article]:
    """The shipped articles by slug."""
    return {
        file.stem: parse_article(file.read_text(encoding="utf-8"), source=file.name, slug=file.stem)
        for file in sorted(HELP_CENTRE.rglob("*.md"))
    }


def articles_of(world: World) -> dict[str, Article]:
    """The articles of a world by slug."""
    shipped = dict(help_centre()) if world.help_centre == "demo" else {}
    own = {
        article.slug: Article(
            slug=article.slug,
            title=article.title,
            body=article.text.strip("\n"),
            locale=article.locale,
            audience=article.audience,
            valid_from=article.valid_from,
            valid_until=article.valid_until,
        )
        for article in world.articles
    }
    return shipped | own


@cache
def retail() -> dict[str, Any]:
    """The retail world's users, orders and products."""
    state: dict[str, Any] = json.loads((RETAIL / "db.json").read_text(encoding="utf-8"))
    return state


def owners(shop: str) -> dict[str, str]:
    """Whose each order of a shop is, by number."""
    if shop == "retail":
        return {number.lstrip("#"): order["user_id"] for number, order in retail()["orders"].items()}
    return {order.number: order.customer_id for order in catalogue.ORDERS}


def has_time(number: str, name: str) -> bool:
    """Whether a demo order is seeded with a time: `shipped_at`, `delivered_at`."""
    return any(
        getattr(o, name.removesuffix("_at")) is not None for o in catalogue.ORDERS if o.number == number
    )


def customers(shop: str) -> frozenset[str]:
    """The ids of a shop's customers."""
    return frozenset(
        retail()["users"] if shop == "retail" else [customer.id for customer in catalogue.CUSTOMERS]
    )


@cache
def items() -> Mapping[str, int]:
    """The pieces of each item of a demo order, by its id."""
    return {
        f"{order.number.removeprefix('TT-')}-{place}": line.quantity
        for order in catalogue.ORDERS
        for place, line in enumerate(order.lines, 1)
    }


@cache
def skus() -> frozenset[str]:
    """The variants that the demo shop sells."""
    return frozenset(
        sku_of(product, variant) for product in catalogue.PRODUCTS for variant in product.variants
    )


@cache
def _paid() -> Mapping[str, tuple[int, int]]:
    prices = {product.sku: product.cents for product in catalogue.PRODUCTS}
    found = {}
    for order in catalogue.ORDERS:
        goods = sum(prices[line.sku] * line.quantity for line in order.lines)
        total = goods + (0 if goods >= catalogue.FREE_SHIPPING_FROM else catalogue.SHIPPING)
        returned = sum(prices[line.sku] * line.returned for line in order.lines)
        found[order.number] = (total, total if order.status == OrderStatus.CANCELLED else returned)
    return found


def paid(number: str) -> tuple[int, int]:
    """Cents that a demo order cost and that went back, as it is seeded; nothing for an order that there is not."""
    return _paid().get(number, (0, 0))
