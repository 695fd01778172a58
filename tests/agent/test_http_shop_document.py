"""`openapi.yaml` says what the code reads and what the reference server serves."""

from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args

import pytest
import yaml

from agent.http_shop import shop as shop_module
from agent.money import CURRENCIES
from agent.orders import Customer, Order, OrderStatus, PaymentKind, Variant
from agent.shop import ShopReceipt
from agent.verdicts import Effects
from evals.retail.shop import RetailShop
from knowledge.database import utc_now
from tests.agent.shop_server import SECRET, serve

DOCUMENT = yaml.safe_load((Path(shop_module.__file__).parent / "openapi.yaml").read_text("utf-8"))


def _dataclasses():
    seen, left = {}, [Customer, Order, Variant, ShopReceipt, Effects]
    while left:
        kind = left.pop()
        if hasattr(kind, "__dataclass_fields__") and kind.__name__ not in seen:
            seen[kind.__name__] = kind
            left += [f.type for f in fields(kind)]
        left += get_args(kind)
    return seen


@pytest.mark.parametrize(("name", "kind"), sorted(_dataclasses().items()))
def test_the_document_names_every_field_and_which_are_required(name, kind):
    schema = DOCUMENT["components"]["schemas"][name]
    assert list(schema["properties"]) == [f.name for f in fields(kind)]
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    assert schema.get("required", []) == required


def test_the_document_names_every_choice():
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Order"]["properties"]["status"]["enum"] == list(OrderStatus)
    assert schemas["PaymentMethod"]["properties"]["kind"]["enum"] == list(PaymentKind)
    assert tuple(schemas["Money"]["properties"]["currency"]["enum"]) == CURRENCIES


def test_the_document_names_every_path_of_the_reference_server():
    app = serve(RetailShop({"users": {}, "orders": {}, "products": {}}), SECRET, utc_now)
    served = {(r.path.replace(":path", ""), m.lower()) for r in app.routes for m in r.methods - {"HEAD"}}
    assert served == {
        (path, method)
        for path, calls in DOCUMENT["paths"].items()
        for method in calls
        if method != "parameters"
    }
