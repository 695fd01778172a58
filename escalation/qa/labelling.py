"""Labelling: a person sees an answer of the AI and says whether it is right. Two say so, blind to each other.

What one has said is shown to nobody before the second has spoken, and cannot be changed after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind
from escalation.qa.agreement import cohens_kappa
from escalation.qa.records import AnswerLabel, Judgement
from escalation.records import StaffAccount
from escalation.supervising import may_supervise
from knowledge.database import Database

LABELLERS = 2  # of an answer; a third would not make kappa mean more
BEFORE = 12  # messages shown before an answer: what it answers, and what led there


class AnswerNotFoundError(LookupError):
    """There is no such answer of the AI."""

    def __init__(self) -> None:
        super().__init__("There is no such answer of the AI.")


@dataclass(frozen=True)
class ToLabel:
    """An answer that waits for this person's word, with what was said before it, and how many more wait."""

    answer: Message
    before: tuple[Message, ...]
    conversation: Conversation
    left: int


@dataclass(frozen=True)
class Pair:
    """An answer on which two have spoken, in the order in which they did."""

    answer: Message
    first: AnswerLabel
    second: AnswerLabel
    labellers: tuple[str, str]

    @property
    def judgements(self) -> tuple[str, str]:
        """What the two said."""
        return self.first.judgement, self.second.judgement


@dataclass(frozen=True)
class Agreement:
    """How the pairs agree. `faults`: answers that both call wrong or harmful, or on which they disagree, newest first."""

    pairs: int
    agreed: int
    kappa: float | None
    disagreements: tuple[Pair, ...]
    faults: tuple[Pair, ...]
    waiting_for_second: int


class Labelling:
    """Who says what of which answer."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock

    async def next(self, account: StaffAccount) -> ToLabel | None:
        """The answer that this person should look at: first one on which one other has spoken, then the newest. Raises
        `SupervisorsOnlyError`.
        """
        may_supervise(account)
        labels = (
            select(AnswerLabel.message_id, func.count().label("given"))
            .group_by(col(AnswerLabel.message_id))
            .subquery()
        )
        mine = select(AnswerLabel.message_id).where(AnswerLabel.staff_id == account.id)
        given = func.coalesce(labels.c.given, 0)
        wanted = (
            select(Message)
            .outerjoin(labels, labels.c.message_id == col(Message.id))
            .where(*_an_answer(), given < LABELLERS, col(Message.id).not_in(mine))
        )
        async with self.database.reading() as session:
            left = (await session.exec(select(func.count()).select_from(wanted.subquery()))).one()
            answer = (
                await session.exec(wanted.order_by(given.desc(), col(Message.created_at).desc(), col(Message.id)).limit(1))
            ).first()  # fmt: skip
            if answer is None:
                return None
            before = (
                await session.exec(
                    select(Message)
                    .where(
                        Message.conversation_id == answer.conversation_id,
                        Message.seq < answer.seq,
                        Message.audience == Audience.EVERYONE,
                    )
                    .order_by(col(Message.seq).desc())
                    .limit(BEFORE)
                )
            ).all()
            conversation = await session.get_one(Conversation, answer.conversation_id)
        return ToLabel(answer, tuple(reversed(before)), conversation, left)

    async def label(
        self, account: StaffAccount, message_id: UUID, judgement: Judgement, note: str = ""
    ) -> None:
        """Say what an answer is; said again before the second has spoken, it is put in the place of the first word.

        Raises `SupervisorsOnlyError`, `AnswerNotFoundError` and `ConflictError` once two have spoken.
        """
        may_supervise(account)
        async with self.database.transaction() as session:
            if (
                await session.exec(select(Message.id).where(Message.id == message_id, *_an_answer()))
            ).first() is None:
                raise AnswerNotFoundError
            given = (
                await session.exec(select(AnswerLabel).where(AnswerLabel.message_id == message_id))
            ).all()
            if len(given) >= LABELLERS:
                raise ConflictError("Two people have labelled this answer; what they said stands.")
            label = next((one for one in given if one.staff_id == account.id), None)
            if label is None:
                label = AnswerLabel(message_id=message_id, staff_id=account.id, judgement=judgement, at=self.clock())  # fmt: skip
            label.judgement, label.note = judgement, note
            session.add(label)

    async def agreement(self, account: StaffAccount) -> Agreement:
        """Over every answer on which two have spoken. Raises `SupervisorsOnlyError`."""
        may_supervise(account)
        async with self.database.reading() as session:
            labels = await _labels(session)
        by_message: dict[UUID, list[tuple[AnswerLabel, Message, str]]] = {}
        for row in labels:
            by_message.setdefault(row[1].id, []).append(row)
        pairs = [
            Pair(one[0][1], one[0][0], one[1][0], (one[0][2], one[1][2]))
            for one in by_message.values()
            if len(one) >= LABELLERS
        ]
        pairs.sort(key=lambda pair: pair.answer.created_at, reverse=True)
        apart = tuple(pair for pair in pairs if pair.first.judgement != pair.second.judgement)
        return Agreement(
            pairs=len(pairs),
            agreed=len(pairs) - len(apart),
            kappa=cohens_kappa([pair.judgements for pair in pairs]),
            disagreements=apart,
            faults=tuple(pair for pair in pairs if set(pair.judgements) != {Judgement.RIGHT}),
            waiting_for_second=len(by_message) - len(pairs),
        )


def _an_answer() -> tuple[ColumnElement[bool], ...]:
    """What can be labelled: words of the AI that the customer has read and that answer something."""
    return (
        col(Message.author_kind) == AuthorKind.AI,
        col(Message.kind) == MessageKind.TEXT,
        col(Message.audience) == Audience.EVERYONE,
        col(Message.seq) > 1,
    )


async def _labels(session: AsyncSession) -> Sequence[tuple[AnswerLabel, Message, str]]:
    """Every label with its answer and who gave it, in the order in which they were given."""
    found = await session.exec(
        select(AnswerLabel, Message, StaffAccount.name)
        .join(Message, col(Message.id) == col(AnswerLabel.message_id))
        .join(StaffAccount, col(StaffAccount.id) == col(AnswerLabel.staff_id))
        .order_by(col(AnswerLabel.at), col(AnswerLabel.id))
    )
    return found.all()
