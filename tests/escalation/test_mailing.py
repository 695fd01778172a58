"""Mail goes out by SMTP, and what fails is told without whom it was for."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_string, policy
from typing import Any

import pytest

from agent.demo_shop.shop import DemoShop
from escalation.assembly import mailer_over
from escalation.identity.mailing import DemoMailer, MailFailedError, SmtpMailer
from knowledge.database import Database
from tests.conftest import settings_in


class MailServer:
    """A mail server that takes what it is given, or refuses every recipient."""

    def __init__(self) -> None:
        self.refuses = False
        self.mails: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def answer(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await answer("220 mail.example")
        while word := (await reader.readline()).decode().strip().upper():
            if word.startswith("QUIT"):
                await answer("221 bye")
                break
            if word.startswith("RCPT") and self.refuses:
                await answer("550 there is nobody maeve@customers.example")
            elif word == "DATA":
                await answer("354 go on")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                await answer("250 taken")
            else:
                await answer("250 yes")
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    made = MailServer()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()


def mailer(server: MailServer) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}", "Tarn & Thistle <help@shop.example>")


async def test_a_mail_arrives_as_it_was_written(server: MailServer) -> None:
    await mailer(server).send("maeve@customers.example", "Kod do czatu", "Der Code für Sie ist 123456.\n")

    (raw,) = server.mails
    mail = message_from_string(raw, policy=policy.default)
    assert mail["To"] == "maeve@customers.example"
    assert mail["From"] == "Tarn & Thistle <help@shop.example>"
    assert mail["Subject"] == "Kod do czatu"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@shop.example>")
    assert "für Sie ist 123456" in mail.get_content()


async def test_what_the_server_says_of_an_address_is_not_repeated(server: MailServer) -> None:
    server.refuses = True
    with pytest.raises(MailFailedError) as caught:
        await mailer(server).send("maeve@customers.example", "Code", "123456")
    assert "maeve" not in str(caught.value)


@pytest.mark.parametrize("to", ["a@b.example\nBcc: all@b.example", "a@b.example\r\nBcc: all@b.example"])
async def test_an_address_cannot_bring_a_header_of_its_own(server: MailServer, to: str) -> None:
    with pytest.raises(MailFailedError):
        await mailer(server).send(to, "Code", "123456")
    assert server.mails == []


async def test_a_server_that_is_away_is_a_failure_that_is_told() -> None:
    with pytest.raises(MailFailedError):
        await SmtpMailer("smtp://127.0.0.1:1", "help@shop.example").send("a@b.example", "Code", "123456")


async def test_a_mail_is_shown_in_the_log_for_the_demo_shop_only(tmp_path: Any) -> None:
    database = Database("sqlite+aiosqlite://")
    demo, real = DemoShop(database), object()
    await database.close()

    assert isinstance(mailer_over(settings_in(tmp_path), demo), DemoMailer)
    assert mailer_over(settings_in(tmp_path), real) is None  # type: ignore[arg-type]
    assert mailer_over(settings_in(tmp_path, demo=False), demo) is None
    sending = settings_in(tmp_path, smtp_url="smtps://u:p@mail.example", mail_sender="help@shop.example")
    assert isinstance(mailer_over(sending, demo), SmtpMailer)
