"""The chain of turns of each conversation, append-only (law 12): what the AI did cannot be rewritten unseen.

Every turn adds an entry in the transaction that commits it, stale ones too. The entries hold hashes and no words, so a
record can be erased when a customer asks for it, and the chain still tells that there was one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import AuthorKind, Message, TurnLogEntry, TurnRecord
from escalation.records import TurnOutcome
from knowledge.database import Database


async def log_turns(session: AsyncSession, turns: Sequence[TurnRecord]) -> None:
    """Add an entry for each turn of one conversation, in their order, in the caller's transaction."""
    newest = (
        select(TurnLogEntry)
        .where(TurnLogEntry.conversation_id == turns[0].conversation_id)
        .order_by(col(TurnLogEntry.number).desc())
        .limit(1)
    )
    before = (await session.exec(newest)).first()
    for turn in turns:
        before = entry_after(before, turn)
        session.add(before)


def entry_after(before: TurnLogEntry | None, turn: TurnRecord) -> TurnLogEntry:
    """The entry of a turn that follows `before`, or is the first."""
    entry = TurnLogEntry(
        conversation_id=turn.conversation_id,
        number=before.number + 1 if before else 1,
        message_id=turn.message_id,
        outcome=turn.outcome,
        digest=digest_of(turn),
        previous=before.hash if before else "",
        hash="",
    )
    entry.hash = hash_of(entry)
    return entry


def digest_of(turn: TurnRecord) -> str:
    """SHA-256, hex, of everything that a turn's record tells. The sums beside it may still grow: a briefing is booked on them later."""
    return _sha256(
        {
            "message": str(turn.message_id), "epoch": turn.epoch, "outcome": turn.outcome, "record": turn.record,
        }
    )  # fmt: skip


def hash_of(entry: TurnLogEntry) -> str:
    """SHA-256, hex, of an entry with the one before."""
    return _sha256(
        {
            "conversation": str(entry.conversation_id), "number": entry.number, "message": str(entry.message_id),
            "outcome": entry.outcome, "digest": entry.digest, "previous": entry.previous,
        }
    )  # fmt: skip


async def check_turns(database: Database) -> list[str]:
    """What does not agree between the chains, the records and the answers; empty if all does."""
    problems: list[str] = []
    async with database.reading() as session:
        entries = await session.exec(
            select(TurnLogEntry).order_by(col(TurnLogEntry.conversation_id), col(TurnLogEntry.number))
        )
        last: dict[UUID, TurnLogEntry] = {}
        for _, chain in groupby(entries, key=lambda entry: entry.conversation_id):
            links = list(chain)
            problems += broken_links(links)
            last |= {entry.message_id: entry for entry in links}
        turns = {turn.message_id: turn for turn in await session.exec(select(TurnRecord))}
        problems += altered_records(turns, last)
        answered = await session.exec(
            select(Message.in_reply_to).where(
                Message.author_kind == AuthorKind.AI, col(Message.in_reply_to).is_not(None)
            )
        )
        problems += [
            f"message {message_id}: the AI answered it, and no turn is logged."
            for message_id in dict.fromkeys(answered)
            if message_id not in last
        ]
    return problems


def broken_links(chain: Iterable[TurnLogEntry]) -> list[str]:
    """What is wrong with one conversation's entries, which come in the order of their numbers."""
    problems: list[str] = []
    previous = ""
    for place, entry in enumerate(chain, start=1):
        where = f"conversation {entry.conversation_id}, entry {entry.number}"
        if entry.number != place:
            return [*problems, f"{where}: an entry before it is missing."]
        if entry.previous != previous:
            problems.append(f"{where}: it does not follow the entry before it.")
        if entry.hash != hash_of(entry):
            problems.append(f"{where}: it was changed.")
        previous = entry.hash
    return problems


def altered_records(turns: Mapping[UUID, TurnRecord], last: Mapping[UUID, TurnLogEntry]) -> list[str]:
    """Turns that are not what the last entry for their message says, or have none."""
    problems = []
    for message_id, turn in turns.items():
        entry = last.get(message_id)
        if entry is None:
            problems.append(f"message {message_id}: its turn is not in the log.")
        elif entry.digest != digest_of(turn):
            problems.append(f"message {message_id}: the record of its turn was changed.")
    # A stale turn makes room for the next; any other that is gone was taken away.
    problems += [
        f"message {message_id}: the record of its turn is gone."
        for message_id, entry in last.items()
        if message_id not in turns and entry.outcome != TurnOutcome.STALE
    ]
    return problems


def _sha256(told: Mapping[str, Any]) -> str:
    return sha256(
        json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
