"""What stands around every request: a limit for bodies, a last resort for errors, headers for browsers."""

from collections.abc import Sequence

import structlog
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from api.start import is_full

MAX_BODY = 64 * 1024  # bytes of a request; a message of 4,000 characters is far below
# Where more is sent, by the beginning of the address: articles to write, files to import.
LARGER = {"/v1/kb/imports": 32 * 1024 * 1024, "/v1/kb/": 1024 * 1024}
FORM = 4 * 1024  # bytes that a form adds to the file in it

log = structlog.get_logger()


class BodyLimit:
    """Refuses a request body over `MAX_BODY` (or what `LARGER` allows there) before anything reads it whole. `attachment`: bytes
    of a customer's file.
    """

    def __init__(self, app: ASGIApp, attachment: int) -> None:
        self.app = app
        self._attachment = attachment + FORM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes as they come; answer 413 once there are too many."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self._most(scope["path"])
        refusal = f"The request is larger than {most // 1024:,} kB. Send less at once."
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > most:
            await problem(413, refusal)(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, refusal)
            return message

        await self.app(scope, counted, send)

    def _most(self, path: str) -> int:
        if path.startswith("/v1/conversations/") and path.endswith("/attachments"):
            return self._attachment
        return next((size for start, size in LARGER.items() if path.startswith(start)), MAX_BODY)


class LastResort:
    """Turns an error that nobody expected into a problem document, and logs its type only.

    Below it nothing may raise into the server, whose log would carry the message, and so what a customer wrote.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 if no answer has begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        # Whatever a route did not foresee ends here.
        except Exception as error:
            if scope["type"] != "http":
                raise
            log.error("request_failed", path=scope["path"], error=type(error).__name__)
            if not begun:
                told = problem(507, _FULL) if is_full(error) else problem(500, _BROKEN)
                await told(scope, receive, send)


_BROKEN = "Something broke on our side. Nothing was half done; try again."
_FULL = (
    "The disk of this server is full. Nothing was saved; try again when whoever operates it has made room."
)


class SecurityHeaders:
    """Headers that keep a page from doing more than it must. `embedders`: origins of the pages that may embed the chat."""

    def __init__(self, app: ASGIApp, embedders: Sequence[str] = ()) -> None:
        self.app = app
        self._usual = _headers("'self'")
        self._of_the_panel = _headers(" ".join(("'self'", *embedders)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them to every response."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._of_the_panel if scope["path"] == PANEL else self._usual
                given = message.get("headers", [])
                named = {name.lower() for name, _ in given}  # a page that is stricter with itself says so
                message["headers"] = [*given, *(one for one in headers if one[0] not in named)]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _headers(ancestors: str) -> list[tuple[bytes, bytes]]:
    policy = (
        "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]


class CustomerCors:
    """Lets pages of the shop's origins call the customers' side, and no other. No cookie ever counts there.

    The desk is left out: nothing but our own console calls it.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=list(origins),
            allow_credentials=False,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Prefer"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight and add the headers where the address is the customers'."""
        ours = scope["type"] == "http" and scope["path"].startswith(_CUSTOMERS)
        await (self._open if ours else self.app)(scope, receive, send)


PANEL = "/widget/panel"
_CUSTOMERS = ("/v1/sessions", "/v1/disclosures", "/v1/conversations", "/v1/proposals")
