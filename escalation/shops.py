"""Which shop is served: the company's own, as the settings name it, or the demo shop."""

from collections.abc import Callable
from datetime import datetime

from agent.demo_shop.shop import DemoShop
from agent.http_shop.shop import HttpShop
from agent.intents import intents_in
from agent.shop import Shop
from agent.shopify_shop.api import App, ShopifyApi
from agent.shopify_shop.shop import ShopifyShop
from agent.stripe_refunds.api import StripeApi
from agent.stripe_refunds.shop import StripeRefunds
from escalation.settings import Settings
from knowledge.database import Database, utc_now


def shop_over(settings: Settings, database: Database, clock: Callable[[], datetime] = utc_now) -> Shop:
    """The shop that is served unless another one is given: the company's own if the settings name one, otherwise the demo
    shop, in our own database. One that is `Connected` is opened before use and closed after.
    """
    if settings.shopify_domain is not None:
        api = ShopifyApi(settings.shopify_domain, _access(settings))
        return ShopifyShop(api, intents_in(database), clock)
    if settings.shop_url is None or settings.shop_secret is None:
        return DemoShop(database, clock)
    shop = HttpShop(settings.shop_url, settings.shop_secret.get_secret_value(), clock=clock)
    if settings.stripe_key is None:
        return shop
    return StripeRefunds(shop, StripeApi(settings.stripe_key.get_secret_value()), intents_in(database))


def _access(settings: Settings) -> str | App:
    """How Candor signs in at Shopify. `Settings` has seen to it that there is one way."""
    if settings.shopify_client_id is not None and settings.shopify_client_secret is not None:
        return App(settings.shopify_client_id, settings.shopify_client_secret.get_secret_value())
    return settings.shopify_token.get_secret_value() if settings.shopify_token else ""
