"""A code by e-mail: what it opens, how little it tells, and how soon it is over."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from agent.levels import Level
from agent.records import Conversation
from escalation.assembly import Parts, assemble
from escalation.identity.mailing import MailFailedError
from escalation.identity.records import StepUpCode
from escalation.identity.step_up import (
    LIFETIME,
    AddressRefusedError,
    CodeRefusedError,
    NoStepUpError,
    TooManyCodesError,
    WhyNot,
    network_of,
)
from escalation.reception import Owner
from escalation.thread import ConversationNotFoundError
from knowledge.database import utc_now
from tests.conftest import settings_in

MAEVE = "maeve.brennan@customers.example"
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ar")


class Mailbox:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []
        self.broken = False

    async def send(self, to: str, subject: str, text: str) -> None:
        if self.broken:
            raise MailFailedError("The mail server did not take it.")
        self.mails.append((to, subject, text))

    @property
    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.mails[-1][2])
        assert found
        return found[0]


class Desk:
    """The parts, a visitor with a conversation, and a clock that can be moved."""

    def __init__(self, folder: Path) -> None:
        self.now = utc_now()
        self.mailbox = Mailbox()
        self.parts: Parts = assemble(settings_in(folder), mailer=self.mailbox, clock=lambda: self.now)
        self.visitor = Owner(visitor_id=uuid4().hex)
        self.conversation = UUID(int=0)

    async def begin(
        self,
        email: str = MAEVE,
        owner: Owner | None = None,
        network: str = "192.0.2.1",
        language: str | None = None,
    ) -> UUID:
        begun = await self.parts.step_up.begin(
            owner or self.visitor, self.conversation, email=email, network=network, language=language
        )
        await self.parts.step_up.close()
        return begun.id

    async def finish(self, id_: UUID, code: str, owner: Owner | None = None) -> Owner:
        return await self.parts.step_up.finish(owner or self.visitor, self.conversation, id_, code=code)

    async def refusal(self, id_: UUID, code: str) -> tuple[WhyNot, int]:
        with pytest.raises(CodeRefusedError) as caught:
            await self.finish(id_, code)
        return caught.value.why, caught.value.left


@pytest.fixture
async def desk(data_dir: Path) -> AsyncIterator[Desk]:
    made = Desk(data_dir)
    made.conversation = (await made.parts.reception.open_conversation(made.visitor)).id
    yield made
    await made.parts.database.close()


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_the_code_makes_the_conversation_the_customers(desk: Desk) -> None:
    id_ = await desk.begin("  Maeve.Brennan@Customers.example ")

    owner = await desk.finish(id_, desk.mailbox.code)

    assert (owner.customer_id, owner.level) == ("cus_maeve", Level.EMAIL)
    assert desk.mailbox.mails[0][0] == MAEVE
    found = await desk.parts.reception.find(owner, desk.conversation)
    assert (found.customer_id, found.level) == ("cus_maeve", Level.EMAIL)
    with pytest.raises(ConversationNotFoundError):
        await desk.parts.reception.find(desk.visitor, desk.conversation)


async def test_an_address_that_nobody_has_gets_the_same_answers_and_no_mail(desk: Desk) -> None:
    known, unknown = await desk.begin(), await desk.begin("nobody@customers.example")
    sent = len(desk.mailbox.mails)

    told = [await desk.refusal(unknown, "000000") for _ in range(4)]

    assert sent == 1
    assert told == [(WhyNot.WRONG, 2), (WhyNot.WRONG, 1), (WhyNot.WRONG, 0), (WhyNot.OVER, 0)]
    again = await desk.begin()
    wrong = other_than(desk.mailbox.code)
    assert [await desk.refusal(again, wrong) for _ in range(4)] == told
    assert known != again


async def test_the_right_code_opens_nothing_after_three_wrong_ones(desk: Desk) -> None:
    id_ = await desk.begin()
    for _ in range(3):
        await desk.refusal(id_, other_than(desk.mailbox.code))

    assert await desk.refusal(id_, desk.mailbox.code) == (WhyNot.OVER, 0)


async def test_a_code_can_be_used_once(desk: Desk) -> None:
    id_ = await desk.begin()
    await desk.finish(id_, desk.mailbox.code)
    with pytest.raises(ConversationNotFoundError):
        await desk.finish(id_, desk.mailbox.code)


async def test_a_code_is_over_after_ten_minutes(desk: Desk) -> None:
    id_ = await desk.begin()
    desk.now += LIFETIME

    assert await desk.refusal(id_, desk.mailbox.code) == (WhyNot.OVER, 0)


async def test_a_newer_code_ends_the_older_one(desk: Desk) -> None:
    older = await desk.begin()
    code = desk.mailbox.code
    await desk.begin()

    assert await desk.refusal(older, code) == (WhyNot.OVER, 0)


async def test_a_code_serves_only_who_asked_for_it(desk: Desk) -> None:
    id_ = await desk.begin()
    stranger = Owner(visitor_id="somebody else")
    with pytest.raises(ConversationNotFoundError):
        await desk.finish(id_, desk.mailbox.code, stranger)
    with pytest.raises(NoStepUpError):
        await desk.finish(uuid4(), desk.mailbox.code)


async def test_who_came_with_a_hash_can_only_prove_to_be_the_same_customer(desk: Desk) -> None:
    maeve = await desk.parts.shop.customer("cus_maeve")
    assert maeve
    weak = Owner(maeve.id, maeve.name, maeve.email, vouched_by=Level.HASH)
    desk.conversation = (await desk.parts.reception.open_conversation(weak)).id
    await desk.begin("jonas.weber@customers.example", weak)
    assert desk.mailbox.mails == []

    id_ = await desk.begin(MAEVE, weak)

    assert (await desk.finish(id_, desk.mailbox.code, weak)).level is Level.EMAIL


async def test_whom_the_shop_vouches_for_needs_no_code(desk: Desk) -> None:
    sure = Owner("cus_maeve", "Maeve", MAEVE)
    with pytest.raises(NoStepUpError):
        await desk.begin(owner=sure)


async def test_codes_are_limited_by_address_by_visitor_and_by_network(desk: Desk) -> None:
    for _ in range(3):
        await desk.begin()
    with pytest.raises(TooManyCodesError) as caught:
        await desk.begin()
    assert 0 < caught.value.seconds <= 15 * 60
    for number in range(2):
        await desk.begin(f"nobody{number}@customers.example")
    with pytest.raises(TooManyCodesError):  # five an hour of one visitor
        await desk.begin("somebody@customers.example")
    desk.now += timedelta(hours=1, seconds=1)
    assert await desk.begin()


async def test_codes_of_one_network_are_limited(desk: Desk) -> None:
    for number in range(30):
        desk.visitor = Owner(visitor_id=f"visitor {number}")
        desk.conversation = (await desk.parts.reception.open_conversation(desk.visitor)).id
        await desk.begin(f"nobody{number}@customers.example", network="2001:db8::1")
    with pytest.raises(TooManyCodesError):
        await desk.begin("one.more@customers.example", network="2001:db8::2")
    assert await desk.begin("one.more@customers.example", network="2001:db8:0:1::2")


async def test_no_code_address_or_network_is_stored(desk: Desk) -> None:
    await desk.begin(network="192.0.2.77")
    async with desk.parts.database.reading() as session:
        (row,) = (await session.exec(select(StepUpCode))).all()
    text = repr(row)

    assert desk.mailbox.code not in text
    assert "maeve.brennan" not in text
    assert "192.0.2.77" not in text


async def test_a_code_is_forgotten_once_no_limit_counts_it(desk: Desk) -> None:
    await desk.begin()
    desk.now += timedelta(days=1, seconds=1)
    latest = await desk.begin()
    async with desk.parts.database.reading() as session:
        rows = (await session.exec(select(StepUpCode))).all()
    assert [row.id for row in rows] == [latest]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "maeve",
        "a@b",
        "a b@c.example",
        "a@b.example\nBcc: x@y.example",
        "a@b@c.example",
        "x" * 250 + "@c.example",
    ],
)
async def test_what_is_no_address_is_refused(desk: Desk, email: str) -> None:
    with pytest.raises(AddressRefusedError):
        await desk.begin(email)


async def test_a_mail_server_that_is_away_changes_no_answer(desk: Desk) -> None:
    desk.mailbox.broken = True
    id_ = await desk.begin()

    assert await desk.refusal(id_, "000000") == (WhyNot.WRONG, 2)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_mail_is_written_in_the_customers_language(desk: Desk, language: str) -> None:
    await desk.begin(language=language)
    await desk.begin(language=None)
    (_, subject, text), (_, english, _) = desk.mailbox.mails

    assert "Tarn & Thistle" in subject
    assert re.search(r"\b\d{6}\b", text)
    assert (subject == english) is (language == "en")


async def test_a_conversation_of_a_visitor_has_the_weakest_level(desk: Desk) -> None:
    async with desk.parts.database.reading() as session:
        found = await session.get_one(Conversation, desk.conversation)
    assert found.level is Level.VISITOR


def test_a_household_is_one_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::2:3")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("not an address") == "not an address"
