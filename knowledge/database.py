"""The database: engine, pragmas and transactions. Every room keeps its tables through this module.

SQLite is the default. On Linux the SQLite of the package `pysqlite3` is used: Debian's 3.40 has the
WAL-reset bug (corruption; SQLite 3.7.0 to 3.51.2).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager as awaitable_context
from sqlalchemy import DateTime, Dialect, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel.ext.asyncio.session import AsyncSession

try:
    from pysqlite3 import dbapi2 as _sqlite3
except ImportError:  # not on Linux: the system's own
    import sqlite3 as _sqlite3  # noqa: TID251 -- the one place where it is chosen

# Whoever opens a database's file in this process takes this one: two SQLite libraries in a process drop each other's locks.
sqlite3: ModuleType = _sqlite3


def _of_this_machine() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Callable[[], datetime]] = ContextVar("candor_clock", default=_of_this_machine)


def utc_now() -> datetime:
    """Now, with time zone UTC. The only clock of records."""
    return _clock.get()()


@contextmanager
def by_clock(clock: Callable[[], datetime]) -> Iterator[None]:
    """Inside, and in every task begun there, `utc_now` is what this clock says: a case of an eval has a day of its own."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)


class UTCDateTime(TypeDecorator[datetime]):
    """A column of times that are aware and UTC on both sides, which SQLite alone does not keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware time in, UTC stored. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC out."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Database:
    """An engine and its transactions.

    `async with database.transaction() as session:` is one short transaction: it commits at the end and
    rolls back on an error. Never keep one open while a model, a shop or a person is awaited.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        for_reading: dict[str, Any] = {"candor_read_only": True}
        if self.engine.dialect.name != "sqlite":
            # Its default shows each statement another moment; SQLite's transactions are snapshots by nature.
            for_reading["isolation_level"] = "REPEATABLE READ"
        self._reading_engine = self.engine.execution_options(**for_reading)  # the same connections
        # SQLite has one writer at a time. It lets the others try again after a nap, in no order: with 16 customers on one
        # core some napped until their 10 s were over. Here they queue; its own naps remain for other processes.
        self._writing: asyncio.Lock | nullcontext[None] = (
            asyncio.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction that takes the write lock at once (SQLite: BEGIN IMMEDIATE)."""
        async with (
            self._writing,
            AsyncSession(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: a consistent snapshot, without waiting for writers."""
        async with AsyncSession(self._reading_engine, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def is_overtaken(error: DBAPIError) -> bool:
    """Whether a transaction failed because of another one at the same time: done again, it sees what that one did."""
    # PostgreSQL's serialization failure and deadlock, for which SQLAlchemy has no names.
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}


def _engine(url: str) -> AsyncEngine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    database = make_url(url).database or ":memory:"

    async def connect() -> aiosqlite.Connection:
        def connector() -> Any:
            # isolation_level None: we send BEGIN ourselves, see below.
            return sqlite3.connect(database, timeout=10, isolation_level=None, check_same_thread=False)

        return await _Connection(connector, iter_chunk_size=64)

    engine = create_async_engine(
        "sqlite+aiosqlite://" if database == ":memory:" else f"sqlite+aiosqlite:///{database}",
        module=_Driver(aiosqlite, sqlite3),
        async_creator=connect,
        # An error of the database is logged, and its parameters are what customers wrote.
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_immediate(connection: Any) -> None:
        # A deferred transaction that reads first and writes later fails with "database is locked" the
        # moment another one wrote in between; taking the lock first makes writers queue instead.
        read_only = connection.get_execution_options().get("candor_read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


class _Connection(aiosqlite.Connection):
    """One trip to the connection's thread for a statement, where aiosqlite makes four: cursor, execute, fetch, close.

    A trip costs more than most of our statements, and a turn has some sixty of them. Making a cursor does not touch
    the database, and one whose rows have all been read has nothing to close. A transaction begins on the way of its first
    statement; one without any never does.
    """

    begins = ""  # the BEGIN that has not been sent

    @awaitable_context
    async def cursor(self) -> aiosqlite.Cursor:
        return _Cursor(self, self._conn.cursor())

    async def commit(self) -> None:
        if not self._never_began():
            await super().commit()

    async def rollback(self) -> None:
        if not self._never_began():
            await super().rollback()

    def _never_began(self) -> bool:
        waiting, self.begins = self.begins, ""
        return bool(waiting)


class _Cursor(aiosqlite.Cursor):
    _conn: _Connection
    _rows: Iterable[Any] = ()

    async def execute(self, sql: str, parameters: Any = ()) -> aiosqlite.Cursor:
        if sql.startswith("BEGIN"):
            self._conn.begins = sql
        else:
            self._rows = await self._execute(self._run, self._cursor.execute, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Any) -> aiosqlite.Cursor:
        self._rows = await self._execute(self._run, self._cursor.executemany, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Iterable[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        pass

    def _run(self, execute: Callable[..., Any], sql: str, parameters: Any) -> Iterable[Any]:
        if begin := self._conn.begins:
            self._conn.begins = ""
            self._cursor.execute(begin)
        execute(sql, parameters)
        return self._cursor.fetchall()


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    """SQLAlchemy's aiosqlite driver over a chosen sqlite3 module, whose errors it must recognise."""

    def __init__(self, driver: ModuleType, sqlite: ModuleType) -> None:
        super().__init__(driver, sqlite)
        for name in (
            "Error", "DatabaseError", "IntegrityError", "OperationalError", "ProgrammingError",
            "NotSupportedError", "InterfaceError", "InternalError", "DataError", "Warning",
        ):  # fmt: skip
            if hasattr(sqlite, name):
                setattr(self, name, getattr(sqlite, name))
