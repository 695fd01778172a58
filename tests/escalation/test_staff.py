"""Accounts of the desk and their sign-ins."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from escalation.records import StaffAccount, StaffSession
from escalation.staff import SESSION, Staff, StaffError
from knowledge.database import Database, utc_now

PASSWORD = "a long enough password"


@pytest.fixture
async def staff(database: Database) -> Staff:
    staff = Staff(database)
    await staff.create(" Aoife@Desk.example ", " Aoife ", PASSWORD)
    return staff


async def token_of(staff: Staff) -> str:
    signed_in = await staff.sign_in("aoife@desk.example", PASSWORD)
    assert signed_in is not None
    return signed_in[1]


@pytest.mark.usefixtures("staff")
async def test_a_password_is_kept_as_an_argon2_hash_only(database: Database) -> None:
    async with database.reading() as session:
        account = (await session.exec(select(StaffAccount))).one()
    assert (account.email, account.name) == ("aoife@desk.example", "Aoife")
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(account)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("aoife@desk.example", "a long enough passworD"),
        ("aoife@desk.example", PASSWORD + " "),
        ("aoife@desk.example", ""),
        ("nobody@desk.example", PASSWORD),
        ("", ""),
        ("' OR 1=1 --", PASSWORD),
        ("aoife@desk.example\0", PASSWORD),
    ],
)
async def test_a_wrong_address_or_password_signs_nobody_in(
    staff: Staff, database: Database, email: str, password: str
) -> None:
    assert await staff.sign_in(email, password) is None
    async with database.reading() as session:
        assert (await session.exec(select(StaffSession))).all() == []


async def test_an_address_is_the_same_however_it_is_written(staff: Staff) -> None:
    assert await staff.sign_in("  AOIFE@desk.EXAMPLE", PASSWORD) is not None


async def test_a_session_token_is_not_stored(staff: Staff, database: Database) -> None:
    token = await token_of(staff)
    async with database.reading() as session:
        assert token not in str((await session.exec(select(StaffSession))).one())


async def test_a_session_ends_by_itself_and_is_swept_at_the_next_sign_in(
    staff: Staff, database: Database
) -> None:
    token = await token_of(staff)
    person = await staff.who(token)
    assert person is not None
    assert person.name == "Aoife"

    with time_machine.travel(utc_now() + SESSION + timedelta(seconds=1), tick=False):
        assert await staff.who(token) is None
        await token_of(staff)
        async with database.reading() as session:
            assert len((await session.exec(select(StaffSession))).all()) == 1


async def test_signing_out_ends_this_session_and_no_other(staff: Staff) -> None:
    here, there = await token_of(staff), await token_of(staff)

    await staff.sign_out(here)
    await staff.sign_out(here)
    await staff.sign_out("never given")

    assert await staff.who(here) is None
    assert await staff.who(there) is not None


@pytest.mark.parametrize("token", ["", "guess", "ü", "\0", "x" * 10_000])
async def test_a_made_up_token_is_nobodys(staff: Staff, token: str) -> None:
    assert await staff.who(token) is None


@pytest.mark.parametrize(
    ("email", "name", "password", "part"),
    [
        ("not an address", "Ben", PASSWORD, "email"),
        ("ben@desk.example", "  ", PASSWORD, "name"),
        ("ben@desk.example", "Ben", "too short", "password"),
        ("AOIFE@desk.example", "Aoife", PASSWORD, "email"),
    ],
)
async def test_an_account_that_cannot_be_made_is_refused_with_the_part_that_is_wrong(
    staff: Staff, email: str, name: str, password: str, part: str
) -> None:
    with pytest.raises(StaffError, match=rf"^{part}: ") as refusal:
        await staff.create(email, name, password)
    assert password not in str(refusal.value)
