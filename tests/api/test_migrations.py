"""The migrations make the tables that the code expects."""

import json
from contextlib import closing

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import select

from agent.demo_shop.shop import DemoShop
from api.migrate import migrate
from api.tables import METADATA
from escalation.after.records import Pulse
from knowledge.database import Database, sqlite3


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


async def test_messages_that_were_read_before_there_were_pulses_get_theirs(tmp_path) -> None:
    file = tmp_path / "candor.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate(database, "0012")
    at = "2026-11-27 09:00:00.000000"
    with closing(sqlite3.connect(file)) as old:
        old.execute(
            "INSERT INTO conversation (id, case_number, visitor_id, floor, epoch, last_seq, created_at)"
            " VALUES (?, 'C-1', 'v', 'ai', 1, 3, ?)",
            ("c" * 32, at),
        )
        for seq, (id_, intent) in enumerate((("a" * 32, "delivery"), ("b" * 32, "thanks")), 2):
            old.execute(
                "INSERT INTO message (id, conversation_id, seq, author_kind, kind, audience, text, citations, offer_person, created_at)"
                " VALUES (?, ?, ?, 'customer', 'text', 'everyone', '?', '[]', 0, ?)",
                (id_, "c" * 32, seq, at),
            )
            signals = json.dumps({"intent": intent, "valence": -0.5})
            old.execute("INSERT INTO reading VALUES (?, ?, 'test', ?)", (id_, signals, at))
        old.commit()
    await migrate(database)
    async with database.reading() as session:
        pulses = (await session.exec(select(Pulse).order_by(Pulse.message_id))).all()
    await database.close()

    assert [(p.asks, p.upset, p.again_of, p.at.hour) for p in pulses] == [
        (True, None, None, 9),
        (False, None, None, 9),
    ]
