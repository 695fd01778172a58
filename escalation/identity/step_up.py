"""A customer without the shop's word proves who they are: a code, sent to the address that the shop has of them.

The answer to `begin` is made before the shop is asked and before any mail is sent, so that it is the same, in words and in time,
whether somebody has that address or not. Codes, addresses and networks are stored as keyed hashes only.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import structlog
from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ShopUnavailable
from agent.levels import Level
from agent.orders import Customer
from agent.shop import FindsByEmail, Shop
from escalation.identity.mailing import Mailer, MailFailedError
from escalation.identity.records import TRIES, StepUpCode
from escalation.reception import Owner, Reception
from escalation.words import said
from knowledge.database import Database, utc_now

LIFETIME = timedelta(minutes=10)
DIGITS = 6
# How many codes may be asked for, over which time: of one address, by one visitor, from one network.
LIMITS = (
    ("address_key", timedelta(minutes=15), 3),
    ("address_key", timedelta(days=1), 10),
    ("asker_key", timedelta(hours=1), 5),
    ("network_key", timedelta(hours=1), 30),
)
KEPT = max(span for _, span, _ in LIMITS)  # afterwards nothing counts a code any more
_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]{2,}")
LONGEST_ADDRESS = 254  # characters, RFC 5321

log = structlog.get_logger()


class NoStepUpError(LookupError):
    """There is no such step-up: it is not offered here, or not needed."""


class AddressRefusedError(ValueError):
    """What was given is no e-mail address."""

    def __init__(self) -> None:
        super().__init__("email: give an address like name@example.com.")


class TooManyCodesError(RuntimeError):
    """Too many codes were asked for. `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many codes were asked for. Please wait before asking for another one.")
        self.seconds = seconds


class WhyNot(StrEnum):
    """Why a code opens nothing. An address that nobody has gives the same words as a wrong code."""

    WRONG = "wrong_code"
    OVER = "code_over"


class CodeRefusedError(ValueError):
    """The code opens nothing. `left`: tries that are left."""

    def __init__(self, why: WhyNot, left: int) -> None:
        super().__init__(_SAYS[why])
        self.why = why
        self.left = left


_SAYS = {
    WhyNot.WRONG: "That is not the code that was sent.",
    WhyNot.OVER: "This code holds no more. Ask for a new one.",
}


@dataclass(frozen=True)
class Begun:
    """What asking for a code gives, whoever asks."""

    id: UUID
    expires_at: datetime


class StepUp:
    """Sends codes and takes them. Without a mailer, or with a shop that cannot find a customer by address, it offers nothing."""

    def __init__(
        self,
        database: Database,
        shop: Shop,
        mailer: Mailer | None,
        reception: Reception,
        *,
        secret: str,
        shop_name: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._shop = shop
        self._mailer = mailer
        self._reception = reception
        self._secret = secret.encode()
        self._shop_name = shop_name
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(
        self, owner: Owner, conversation_id: UUID, *, email: str, network: str, language: str | None
    ) -> Begun:
        """Have a code sent, if somebody has that address. `network` is the asker's network address.

        Raises `ConversationNotFoundError`, `NoStepUpError`, `AddressRefusedError` and `TooManyCodesError`.
        """
        if not can_step_up(self._shop, self._mailer) or owner.level.reaches(Level.EMAIL):
            raise NoStepUpError("There is no step-up by e-mail here.")
        await self._reception.find(owner, conversation_id)
        address = as_address(email)
        now, id_ = self._clock(), uuid4()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        row = StepUpCode(
            id=id_,
            conversation_id=conversation_id,
            address_key=self._key("address", address),
            asker_key=self._key("asker", owner.customer_id or owner.visitor_id or ""),
            network_key=self._key("network", network_of(network)),
            code_hash=self._key("code", f"{id_}:{code}"),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        async with self._database.transaction() as session:
            await _refuse_too_many(session, row)
            older = update(StepUpCode).where(
                col(StepUpCode.conversation_id) == conversation_id, col(StepUpCode.closed_at).is_(None)
            )
            await session.exec(older.values(closed_at=now))
            await session.exec(delete(StepUpCode).where(col(StepUpCode.created_at) < now - KEPT))
            session.add(row)
        task = asyncio.create_task(self._send(id_, address, code, owner.customer_id, language))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return Begun(id_, row.expires_at)

    async def finish(
        self, owner: Owner, conversation_id: UUID, id_: UUID, *, code: str, language: str | None = None
    ) -> Owner:
        """Take a code: the conversation is the customer's now, and so is the owner that comes back.

        Raises `ConversationNotFoundError`, `NoStepUpError` and `CodeRefusedError`. Every try counts, also of two at once.
        """
        await self._reception.find(owner, conversation_id)
        customer_id = await self._take(owner, conversation_id, id_, code)
        customer = await self._shop.customer(customer_id)
        if customer is None:
            raise CodeRefusedError(WhyNot.OVER, 0)
        proven = Owner(
            customer_id=customer.id, name=customer.name, email=customer.email, vouched_by=Level.EMAIL
        )
        await self._reception.adopt(owner, proven, conversation_id, said("address_confirmed", language))
        return proven

    async def close(self) -> None:
        """Let the mails that are under way leave."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self, owner: Owner, conversation_id: UUID, id_: UUID, code: str) -> str:
        """The customer whose code this is. The try is committed before anything is said of it."""
        now = self._clock()
        given = self._key("code", f"{id_}:{code}")
        async with self._database.transaction() as session:
            row = await session.get(StepUpCode, id_, with_for_update=True)
            asker = self._key("asker", owner.customer_id or owner.visitor_id or "")
            if row is None or row.conversation_id != conversation_id or row.asker_key != asker:
                raise NoStepUpError("There is no such code.")
            open_ = row.closed_at is None and now < row.expires_at and row.tries < TRIES
            right = hmac.compare_digest(row.code_hash, given) and row.customer_id is not None
            left = TRIES - row.tries
            if open_:
                row.tries += 1
                left -= 1
                row.closed_at = now if right else None
        if not open_:
            raise CodeRefusedError(WhyNot.OVER, 0)
        if not right or row.customer_id is None:
            raise CodeRefusedError(WhyNot.WRONG, left)
        return row.customer_id

    async def _send(
        self, id_: UUID, address: str, code: str, known_as: str | None, language: str | None
    ) -> None:
        """Find out whose address it is and write to them, at the address that the shop has."""
        try:
            customer = await self._find(address)
            if customer is None or (known_as is not None and customer.id != known_as) or self._mailer is None:
                return
            async with self._database.transaction() as session:
                row = await session.get_one(StepUpCode, id_, with_for_update=True)
                row.customer_id = customer.id
            minutes = int(LIFETIME.total_seconds() // 60)
            filled = {"shop": self._shop_name, "code": code, "minutes": minutes}
            subject = said("code_mail.subject", language, **filled)
            await self._mailer.send(customer.email, subject, said("code_mail.text", language, **filled))
        except (MailFailedError, ShopUnavailable) as error:
            log.error("step_up_mail_failed", why=str(error))
        # The customer has been answered: whatever else breaks, they ask for another code.
        except Exception as error:  # noqa: BLE001 - see above
            log.error("step_up_mail_failed", why=type(error).__name__)

    async def _find(self, address: str) -> Customer | None:
        if not isinstance(self._shop, FindsByEmail):
            return None
        found = await self._shop.customer_by_email(address)
        return found if found is not None and as_address(found.email) == address else None

    def _key(self, kind: str, value: str) -> str:
        """A keyed hash, another one for each kind: of no use to whoever has the table without the secret."""
        return hmac.new(self._secret, f"step-up:{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def can_step_up(shop: Shop, mailer: Mailer | None) -> bool:
    """Whether a code can be sent at all."""
    return mailer is not None and isinstance(shop, FindsByEmail)


def as_address(text: str) -> str:
    """An e-mail address as it is compared: without space around it, in small letters. Raises `AddressRefusedError`."""
    address = text.strip().lower()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise AddressRefusedError
    return address


def network_of(address: str) -> str:
    """The network that a limit counts: of IPv6 the first 64 bits, which one household has to itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


async def _refuse_too_many(session: AsyncSession, row: StepUpCode) -> None:
    for key, span, most in LIMITS:
        column = col(getattr(StepUpCode, key))
        query = select(func.count(), func.min(StepUpCode.created_at)).where(
            column == getattr(row, key), col(StepUpCode.created_at) > row.created_at - span
        )
        count, oldest = (await session.exec(query)).one()
        if count >= most:
            waits = oldest + span - row.created_at if oldest else span
            raise TooManyCodesError(max(1, int(waits.total_seconds())))
