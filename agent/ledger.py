"""The ledger: what changes did with money, in double entry, written in the transaction of the receipt.

Each receipt that moves money makes two entries that add up to nothing: one for the order, one for where the money went or
came from. Entries are only added, never changed. `check` compares them with the receipts and with what the shop says.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.money import Money
from agent.records import Effect, LedgerEntry, Proposal, ProposalStatus
from agent.shop import Shop
from agent.verdicts import Effects
from knowledge.database import Database

ORDER = "order:"  # the accounts of orders; the others are of payments


def entries(proposal: Proposal, effect: Effect) -> list[LedgerEntry]:
    """The entries of a receipt; none where no money moves. What the customer gets is positive on the order's account."""
    effects = Effects.from_json(proposal.effects)
    order = str(proposal.arguments.get("order", ""))
    moved = [(effects.refund, 1), (effects.charge, -1)]
    return [
        LedgerEntry(
            idempotency_key=effect.idempotency_key,
            account=account,
            minor_units=sign * side * amount.amount,
            currency=amount.currency,
        )
        for amount, sign in moved
        if amount is not None
        for account, side in ((f"{ORDER}{order}", 1), (f"payment:{effects.refund_to or effects.method}", -1))
    ]


async def refunded_since(session: AsyncSession, moment: datetime, currency: str) -> Money:
    """What went back to customers by receipts of changes that were confirmed after a moment."""
    query = (
        select(func.sum(LedgerEntry.minor_units))
        .join(Effect, col(Effect.idempotency_key) == col(LedgerEntry.idempotency_key))
        .where(
            col(LedgerEntry.account).startswith(ORDER),
            col(LedgerEntry.minor_units) > 0,
            LedgerEntry.currency == currency,
            col(Effect.intended_at) > moment,
        )
    )
    return Money(int((await session.exec(query)).one() or 0), currency)


async def check(database: Database, shop: Shop) -> list[str]:
    """What is wrong with the books, a sentence each; nothing if all is well. Raises `ShopUnavailable`."""
    async with database.reading() as session:
        written = (await session.exec(select(LedgerEntry))).all()
        query = select(Proposal, Effect).join(Effect, col(Effect.proposal_id) == col(Proposal.id))
        rows = (await session.exec(query)).all()
    settled = [(p, e) for p, e in rows if e.receipt is not None]
    failed = [e for p, e in rows if e.receipt is None and p.status == ProposalStatus.FAILED]
    problems = [*_unbalanced(written), *_unlike_the_receipts(written, settled)]
    problems += [problem async for problem in _unlike_the_shop(settled, shop)]
    problems += [problem async for problem in _done_after_all(failed, shop)]
    return problems


async def _done_after_all(failed: Iterable[Effect], shop: Shop) -> AsyncIterator[str]:
    """A request that was on its way while we gave it up may still have arrived."""
    for effect in failed:
        if (receipt := await shop.receipt(effect.idempotency_key)) is not None:
            yield f"{effect.idempotency_key}: told as not done, and the shop has done it ({receipt.reference})."


def _unbalanced(written: Iterable[LedgerEntry]) -> list[str]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in written:
        sums[entry.idempotency_key, entry.currency] += entry.minor_units
    return [
        f"{key}: the entries are off by {Money(left, currency)}."
        for (key, currency), left in sums.items()
        if left
    ]


def _unlike_the_receipts(
    written: Iterable[LedgerEntry], settled: Iterable[tuple[Proposal, Effect]]
) -> list[str]:
    booked: dict[str, list[Any]] = defaultdict(list)
    for entry in written:
        booked[entry.idempotency_key].append((entry.account, entry.minor_units, entry.currency))
    problems = []
    for proposal, effect in settled:
        due = sorted((e.account, e.minor_units, e.currency) for e in entries(proposal, effect))
        found = sorted(booked.pop(effect.idempotency_key, []))
        if found != due:
            problems.append(f"{effect.idempotency_key}: booked is {found}, confirmed was {due}.")
    return problems + [f"{key}: booked without a receipt." for key in booked]


async def _unlike_the_shop(settled: Iterable[tuple[Proposal, Effect]], shop: Shop) -> AsyncIterator[str]:
    """For each order with a receipt: no more went back than was paid, and the shop knows of all that we sent back."""
    ours: dict[tuple[str, str], list[Money]] = defaultdict(list)
    for proposal, _ in settled:
        refund = Effects.from_json(proposal.effects).refund
        if refund is not None and "order" in proposal.arguments:
            ours[proposal.customer_id, str(proposal.arguments["order"])].append(refund)
    for (customer_id, number), refunds in sorted(ours.items()):
        order = await shop.order(customer_id, number)
        if order is None:
            yield f"Order {number}: the shop does not know it any more, and we have sent money back for it."
            continue
        sent = sum(refund.amount for refund in refunds)
        if sent > order.refunded.amount:
            yield f"Order {number}: we sent back {Money(sent, order.total.currency)}, the shop says {order.refunded}."
        if order.refunded > order.total:
            yield f"Order {number}: {order.refunded} went back, {order.total} was paid."
