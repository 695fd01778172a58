"""The migrations make the tables that the code expects."""

import sqlite3
from contextlib import closing

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from agent.demo_shop.shop import DemoShop
from api.migrate import migrate
from api.tables import METADATA
from knowledge.database import Database


async def test_the_migrated_tables_are_those_of_the_code(tmp_path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database)
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), METADATA)
        )
    await database.close()

    assert differences == []


async def test_migrating_twice_changes_nothing(tmp_path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database)
    await migrate(database)
    await database.close()


async def test_a_demo_shop_with_orders_is_brought_to_the_newest_tables(tmp_path) -> None:
    file = tmp_path / "candor.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate(database, "0005")
    with closing(sqlite3.connect(file)) as old:
        old.execute(
            "INSERT INTO shop_customer (id, name, email, phone, tier) VALUES ('c', 'A B', 'a@b.example', '', '')"
        )
        old.execute(
            "INSERT INTO shop_variant VALUES ('S-M', 'S', 'Fleece', 'M', 'clothing', 5000, 'EUR', 0, 0, 3)"
        )
        old.execute(
            "INSERT INTO shop_order (number, customer_id, status, placed_at, shipping_cents, total_cents, refunded_cents, currency,"
            " address, payment_kind, payment_label, changes) VALUES ('TT-1', 'c', 'pending', '2026-11-01', 0, 5000, 0, 'EUR',"
            """ '{"name":"A B","line1":"1","line2":"","postcode":"H91 T2K8","city":"Galway","country":"IE"}', 'card', 'Visa', 0)"""
        )
        old.execute(
            "INSERT INTO shop_order_item (id, order_number, position, sku, name, variant, category, quantity, unit_price_cents,"
            " final_sale, hygiene, personalised, returned) VALUES ('1-1', 'TT-1', 1, 'S-M', 'Fleece', 'M', 'clothing', 1, 5000, 0, 0, 0, 0)"
        )
        old.commit()
    await migrate(database)
    (order,) = await DemoShop(database).orders("c")
    await database.close()

    assert (order.items[0].product, order.items_changed, order.exchanged, order.reshipped) == (
        "S",
        False,
        False,
        False,
    )
