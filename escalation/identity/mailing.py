"""The one door for e-mail. Errors say what failed, never to whom or what (law 10)."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

SECONDS = 10.0  # for each step of a delivery

log = structlog.get_logger()


class MailFailedError(RuntimeError):
    """The mail did not leave. The message has no address in it."""


class Mailer(Protocol):
    """Sends a short text to one address."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand the mail over. Raises `MailFailedError`."""
        ...


class SmtpMailer:
    """Over SMTP: `smtps://user:password@host` with TLS from the first byte, `smtp://…` with STARTTLS.

    Without TLS only where the server offers none and no password would be sent, as on the machine itself.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand the mail over, off the event loop."""
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._sender, to, subject
        except ValueError as error:  # a line break in an address
            raise MailFailedError("The address cannot stand in a mail.") from error
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].strip("> ") or None)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
        message.set_content(text, cte="quoted-printable")  # not every server takes eight bits
        try:
            await asyncio.to_thread(_deliver, self._server, message)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise MailFailedError(f"The mail server did not take it: {type(error).__name__}.") from None


class DemoMailer:
    """Sends nothing: it shows the mail in the server's log. Made for the demo shop alone, whose customers are invented."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Show it."""
        log.warning("demo_mail_not_sent", to=to, subject=subject, text=text)


def _deliver(server: SplitResult, message: EmailMessage) -> None:
    context, host = ssl.create_default_context(), server.hostname or ""
    if server.scheme == "smtps":
        with smtplib.SMTP_SSL(host, server.port or 465, timeout=SECONDS, context=context) as line:
            _hand_over(line, server, message)
        return
    with smtplib.SMTP(host, server.port or 587, timeout=SECONDS) as line:
        line.ehlo()
        if server.username or line.has_extn("starttls"):
            line.starttls(context=context)
        _hand_over(line, server, message)


def _hand_over(line: smtplib.SMTP, server: SplitResult, message: EmailMessage) -> None:
    if server.username:
        line.login(unquote(server.username), unquote(server.password or ""))
    line.send_message(message)
