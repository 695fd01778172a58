"""Plays a case: a customer in a world, step by step, until the conversation has come to rest."""

import re
import time
from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from agent.errors import ConflictError
from agent.incoming import MessageRefusedError
from agent.records import (
    ApprovalStatus,
    Audience,
    AuthorKind,
    Conversation,
    Floor,
    Message,
    Proposal,
    ProposalStatus,
)
from escalation.approving import requests_of
from escalation.thread import messages_of
from evals.simulating import Heard, LoopingCustomerError, Plays, Scripted
from evals.suites.case import Line
from evals.transcribing import shown_card
from evals.world import BETWEEN_STEPS, Standing

SECONDS = 120.0  # that one message may take on a busy machine


# Words that say yes and nothing else, known here apart from `agent/consent.py`, whose judgement is what a run puts to the test.
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|sure|certainly|please|ok(?:ay)?|confirm(?:ed)?|i confirm(?: (?:it|this|that))?|go ahead|do (?:it|that)|"
    r"that is (?:right|correct)|that's (?:right|correct)|correct|right|exactly|thank you|thanks|"
    r"ja|bitte|gerne|genau|einverstanden|oui|s'il vous plaît|d'accord|sí|si|por favor|confirmo|sì|confermo|sim|graag|tak|proszę)"
    r"[\s,.!]*)+",
    re.IGNORECASE,
)


def is_plain_yes(text: str) -> bool:
    """Whether a customer who writes this agrees to what lies before them, and says nothing else."""
    return _YES.fullmatch(text.strip()) is not None


class NotAttendedError(RuntimeError):
    """A message was not attended to in `SECONDS`."""


class Play:
    """One conversation of one case."""

    def __init__(self, standing: Standing, conversation: Conversation) -> None:
        self.standing = standing
        self.parts = standing.parts
        self.id: UUID = conversation.id
        self.steps: list[tuple[int, str]] = []
        """What was done without words, after which message (`seq`)."""
        self.confirmed = 0
        self._heard_up_to = 1  # the disclosure is not an answer
        self._sent = 0

    async def go(self, customer: Plays) -> None:
        """Until the customer has nothing more to do. Raises `LoopingCustomerError` and `NotAttendedError`."""
        while (line := await customer.next(await self._heard())) is not None:
            self.standing.clock.now += BETWEEN_STEPS
            await self._take(line)

    async def thread(self) -> list[Message]:
        """The whole thread, notes included."""
        async with self.parts.database.reading() as session:
            return list(await messages_of(session, self.id))

    async def conversation(self) -> Conversation:
        """As it stands."""
        async with self.parts.database.reading() as session:
            return await session.get_one(Conversation, self.id)

    async def open_proposal(self) -> Proposal | None:
        """The card that waits."""
        open_ones = select(Proposal).where(
            Proposal.conversation_id == self.id, Proposal.status == ProposalStatus.OPEN
        )
        async with self.parts.database.reading() as session:
            return (await session.exec(open_ones)).one_or_none()

    async def _heard(self) -> Heard:
        told = [
            message
            for message in await self.thread()
            if message.seq > self._heard_up_to
            and message.author_kind != AuthorKind.CUSTOMER
            and message.audience == Audience.EVERYONE
        ]
        card, conversation = await self.open_proposal(), await self.conversation()
        words = [message.text for message in told] + ([shown_card(card)] if card else [])
        return Heard(
            told=tuple(words),
            proposal=card.action if card else None,
            done=tuple(action.kind for _, action, _ in self.standing.shop.made),
            floor=conversation.floor,
        )

    async def _take(self, line: Line) -> None:
        messages = await self.thread()
        self._heard_up_to = messages[-1].seq
        note: str | None = None
        try:
            note = await self._act(line)
        except MessageRefusedError as refused:
            note = f"writes a message that is refused: {refused}"
        except ConflictError as conflict:
            note = f"is told: {conflict}"
        if note:
            self.steps.append((self._heard_up_to, note))

    async def _act(self, line: Line) -> str | None:
        """Take a step; what it was in words, if the thread does not show it."""
        owner, parts = self.standing.owner, self.parts
        match line:
            case Line(say=str(text)):
                await self._say(text)
                return None
            case Line(confirm=True) | Line(cancel=True):
                return await self._press(yes=line.confirm is True)
            case Line(ask_for_person=True):
                await parts.reception.hand_over(owner, self.id)
                return "presses “Talk to a person”"
            case Line(wait_minutes=int(minutes)):
                await self.standing.wait(minutes)
                return f"{minutes} minutes pass"
            case Line(person_says=str(text)):
                await self._claim()
                await parts.desk.reply(
                    self.standing.people[0], self.id, client_id=f"person-{self._heard_up_to}", text=text
                )
                return None
            case Line(approve=True) | Line(refuse=str()):
                return await self._decide(line)
            case Line(hand_back=str(note)):
                await parts.desk.hand_back(self.standing.people[0], self.id, note=note)
                parts.attendance.see_to(self.id)  # as the desk's route does
                await self._attended()
        return None

    async def _say(self, text: str) -> None:
        self._sent += 1
        if is_plain_yes(text) and await self.open_proposal() is not None:
            self.confirmed += 1
        await self.parts.reception.receive(
            self.standing.owner, self.id, client_id=f"step-{self._sent}", text=text
        )
        await self._attended()

    async def _press(self, *, yes: bool) -> str:
        button = "Confirm" if yes else "Cancel"
        card = await self.open_proposal()
        if card is None:
            return f"looks for a {button} button and there is none"
        if yes:
            self.confirmed += 1
            await self.parts.reception.confirm(self.standing.owner, card.id, digest=card.digest)
        else:
            await self.parts.reception.decline(self.standing.owner, card.id)
        return f"presses {button}"

    async def close(self) -> None:
        """The person who has it, or takes it now, closes it."""
        await self._claim()
        await self.parts.desk.resolve(self.standing.people[0], self.id)

    async def _decide(self, line: Line) -> str:
        """A person's yes or no to what waits for approval."""
        async with self.parts.database.reading() as session:
            requests = await requests_of(session, self.id)
        waiting = next((one for one in requests if one.status == ApprovalStatus.PENDING), None)
        if waiting is None:
            return "nothing waits for a person's approval"
        await self._claim()
        person, note = self.standing.people[0], line.refuse or ""
        decide = self.parts.approving.approve if line.approve else self.parts.approving.refuse
        await decide(person, waiting.id, digest=waiting.digest, note=note)
        return "a person approves it" if line.approve else "a person refuses it"

    async def _claim(self) -> None:
        now = await self.conversation()
        if now.floor != Floor.HUMAN:
            await self.standing.be_there()
            await self.parts.desk.claim(self.standing.people[0], self.id, epoch=now.epoch)

    async def _attended(self) -> None:
        began = time.monotonic()
        await self.parts.attendance.until_attended(self.id, SECONDS)
        if time.monotonic() - began >= SECONDS:
            raise NotAttendedError(f"a message was not attended to in {SECONDS:.0f} s")


async def begin(standing: Standing) -> Play:
    """A new conversation of the world's customer."""
    return Play(standing, await standing.parts.reception.open_conversation(standing.owner))


async def go_before(standing: Standing) -> None:
    """The customer's earlier conversations, each on its day; then it is the world's day again and the shop's book is empty."""
    for earlier in standing.world.earlier:
        standing.clock.now = standing.world.now - timedelta(days=earlier.days_ago)
        await standing.be_there()
        play = await begin(standing)
        try:
            await play.go(Scripted(earlier.lines))
        except LoopingCustomerError as loop:
            raise RuntimeError(f"in the conversation of {earlier.days_ago:g} days ago {loop}") from loop
        if (await play.conversation()).floor != Floor.AI:
            await play.close()
    standing.clock.now = standing.world.now
    await standing.be_there()
    standing.shop.made.clear()
