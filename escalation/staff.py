"""People of the desk: accounts, passwords, sign-ins. The only door to argon2."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from agent.money import Money
from agent.rules import LIMITS
from escalation.records import Role, StaffAccount, StaffSession
from knowledge.database import Database, utc_now

SESSION = timedelta(hours=12)  # a long shift
MIN_PASSWORD = 10  # characters; NIST SP 800-63B asks for at least 8

MOST_AT_ONCE = 50  # conversations of one person; more is a slip of the keyboard
_LANGUAGE = re.compile(r"[a-z]{2}")

APPROVED_IN = LIMITS.refunds_of_a_customer.currency

_hasher = PasswordHasher()
# Verified when the address is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_hex())


class StaffError(ValueError):
    """An account cannot be made as asked; the message says which part and the mend."""


class Staff:
    """Accounts and sign-ins."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def create(
        self, email: str, name: str, password: str, *, approves_up_to: Money | None = None
    ) -> StaffAccount:
        """A new account; without `approves_up_to` it may approve what moves no money. Raises `StaffError`."""
        email, name = email.strip().lower(), name.strip()
        if "@" not in email:
            raise StaffError("email: give an address like name@example.com.")
        if not name:
            raise StaffError("name: give the name that customers will see.")
        if len(password) < MIN_PASSWORD:
            raise StaffError(f"password: use at least {MIN_PASSWORD} characters.")
        hashed = await asyncio.to_thread(_hasher.hash, password)
        most = _minor_units(approves_up_to) if approves_up_to else 0
        account = StaffAccount(email=email, name=name, password_hash=hashed, approves_up_to=most)
        try:
            async with self.database.transaction() as session:
                session.add(account)
        except IntegrityError as error:
            raise StaffError(f"email: there is an account for {email} already.") from error
        return account

    async def let_approve(self, email: str, up_to: Money) -> StaffAccount:
        """Set up to which amount a person may approve requests. Raises `StaffError`."""
        async with self.database.transaction() as session:
            query = select(StaffAccount).where(StaffAccount.email == email.strip().lower())
            account = (await session.exec(query)).one_or_none()
            if account is None:
                raise StaffError(f"email: there is no account for {email}.")
            account.approves_up_to = _minor_units(up_to)
        return account

    async def set_work(
        self,
        email: str,
        *,
        role: Role | None = None,
        queues: Sequence[str] | None = None,
        skills: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        capacity: int | None = None,
    ) -> StaffAccount:
        """Set what a person takes; what is None stays as it is. No queues: every queue; capacity 0: routing's own.

        Only what is given is written, so that two people who set different things at once both have their way. Raises
        `StaffError`.
        """
        if wrong := [name for name in languages or () if not _LANGUAGE.fullmatch(name)]:
            raise StaffError(f"languages: {', '.join(wrong)}: give codes of two letters, such as de.")
        if capacity is not None and not 0 <= capacity <= MOST_AT_ONCE:
            raise StaffError(f"capacity: give 1 to {MOST_AT_ONCE}, or 0 for what routing has.")
        given = {
            "role": role,
            "queues": None if queues is None else list(queues),
            "skills": None if skills is None else list(skills),
            "languages": None if languages is None else list(languages),
        }
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if capacity is not None:
            values["capacity"] = capacity or None
        mine = col(StaffAccount.email) == email.strip().lower()
        async with self.database.transaction() as session:
            if values:
                await session.exec(update(StaffAccount).where(mine).values(**values))
            account = (await session.exec(select(StaffAccount).where(mine))).one_or_none()
        if account is None:
            raise StaffError(f"email: there is no account for {email}.")
        return account

    async def accounts(self) -> Sequence[StaffAccount]:
        """Everybody, by name."""
        async with self.database.reading() as session:
            return (await session.exec(select(StaffAccount).order_by(col(StaffAccount.name)))).all()

    async def sign_in(self, email: str, password: str) -> tuple[StaffAccount, str] | None:
        """The account and a fresh session token; None if address or password is wrong."""
        async with self.database.reading() as session:
            query = select(StaffAccount).where(StaffAccount.email == email.strip().lower())
            account = (await session.exec(query)).one_or_none()
        try:
            # Off the event loop: it takes a tenth of a second, on purpose.
            await asyncio.to_thread(_hasher.verify, account.password_hash if account else _NOBODY, password)
        except VerificationError:
            return None
        if account is None:
            return None
        token = secrets.token_urlsafe(32)
        async with self.database.transaction() as session:
            await session.exec(delete(StaffSession).where(col(StaffSession.expires_at) < utc_now()))
            session.add(
                StaffSession(token_hash=_hash(token), account_id=account.id, expires_at=utc_now() + SESSION)
            )
        return account, token

    async def who(self, token: str) -> StaffAccount | None:
        """Whose session this token is, if it still runs."""
        query = (
            select(StaffAccount)
            .join(StaffSession, col(StaffSession.account_id) == col(StaffAccount.id))
            .where(StaffSession.token_hash == _hash(token), col(StaffSession.expires_at) > utc_now())
        )
        async with self.database.reading() as session:
            return (await session.exec(query)).one_or_none()

    async def sign_out(self, token: str) -> None:
        """End a session."""
        async with self.database.transaction() as session:
            await session.exec(delete(StaffSession).where(col(StaffSession.token_hash) == _hash(token)))


def _minor_units(amount: Money) -> int:
    if amount.amount < 0 or amount.currency != APPROVED_IN:
        raise StaffError(f"amount: give zero or more, in {APPROVED_IN}.")
    return amount.amount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
