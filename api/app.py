"""The web application around the assembled parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.identity import Identity
from api.problems import http_problem, install_problems, problem
from api.routes import conversations, desk, pages
from escalation.assembly import Parts, secret_of

MAX_BODY = 64 * 1024  # bytes of a request; a message of 4,000 characters is far below


def create_app(parts: Parts) -> FastAPI:
    """The application. Its lifespan starts and stops the parts; the database must be migrated already."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await parts.start()
        try:
            yield
        finally:
            await parts.stop()

    app = FastAPI(title="Candor", version="0.1.0", lifespan=lifespan, docs_url="/docs", redoc_url=None)
    secret = secret_of(parts.settings)
    shared = parts.settings.identity_secret
    # Without a shop's own secret only this process can vouch for customers: the demo page does.
    shop_secret = shared.get_secret_value() if shared else f"demo:{secret}"
    app.state.parts = parts
    app.state.identity = Identity(secret, shop_secret, parts.shop)

    app.include_router(conversations.router)
    app.include_router(desk.router)
    app.include_router(pages.router)
    if parts.settings.demo:
        app.include_router(pages.demo_router)
    for name in ("widget", "console", "pages"):
        app.mount(f"/{name}", StaticFiles(directory=pages.HERE / name), name=name)

    @app.get("/health", tags=["operation"])
    async def health() -> JSONResponse:
        """Whether this process serves, and what of it is degraded."""
        return JSONResponse({"status": "ok", "degraded": [why for why in (parts.reader.degraded,) if why]})

    install_problems(app)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):  # noqa: PLR2004 - HTTP's own number
            return pages.not_found(request, parts.settings.shop_name)
        return http_problem(error)

    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


class BodyLimit:
    """Refuses a request body over `MAX_BODY` before anything reads it whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes as they come; answer 413 once there are too many."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > MAX_BODY:
            await _too_large(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self.app(scope, counted, send)


_TOO_LARGE = f"The request is larger than {MAX_BODY // 1024} kB. Send less at once."


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    await problem(413, _TOO_LARGE)(scope, receive, send)


class SecurityHeaders:
    """Headers that keep a page from doing more than it must."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them to every response."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
