"""The web application around the assembled parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from api.desk_news import DeskNews
from api.identity import Identity, Trust, trusted_keys
from api.jws import Key
from api.middleware import BodyLimit, CustomerCors, LastResort, SecurityHeaders
from api.openapi import document
from api.pace import Pace, PaceHeaders
from api.problems import http_problem, install_problems
from api.routes import (
    attachments,
    centre,
    conversations,
    demo,
    desk,
    desk_case,
    desk_work,
    desk_writing,
    experiments,
    health,
    imports,
    knowledge,
    pages,
    qa,
    sessions,
)
from escalation.assembly import Parts, secret_of

# Put together once for all applications of a process. All are routes of a module: FastAPI remembers functions for ever,
# and one that is made in `create_app` would keep its parts.
ROUTES = APIRouter()
for routes in (
    sessions,
    conversations,
    attachments,
    desk,
    desk_work,
    centre,
    qa,
    experiments,
    desk_writing,
    desk_case,
    knowledge,
    imports,
    pages,
    health,
):
    ROUTES.include_router(routes.router)


class Described(FastAPI):
    """FastAPI whose OpenAPI is complete."""

    def openapi(self) -> dict[str, Any]:
        """The document, made at the first request."""
        if not self.openapi_schema:
            self.openapi_schema = document(self)
        return self.openapi_schema


def create_app(parts: Parts) -> FastAPI:
    """The application. Its lifespan starts and stops the parts; the database must be migrated already."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await parts.start()
        try:
            yield
        finally:
            await parts.stop()

    app = Described(
        title="Candor",
        version="0.1.0",
        lifespan=lifespan,
        routes=list(ROUTES.routes),
        docs_url=None,
        redoc_url=None,
    )
    secret = secret_of(parts.settings)
    settings = parts.settings
    trust = Trust(
        keys=trusted_keys([Key(word.encode(), name) for name, word in settings.identity_keys], secret),
        audience=settings.identity_audience,
        issuer=settings.identity_issuer,
        hashes=settings.identity_hash,
        origins=settings.shop_origins,
    )
    app.state.parts = parts
    app.state.pace = Pace(parts.settings)
    app.state.desk_news = DeskNews(parts.database, parts.hub, parts.cases)
    app.state.identity = Identity(secret, trust, parts.shop, parts.revocations, parts.clock)

    if parts.settings.demo:
        app.include_router(demo.router)
    for name in ("widget", "console", "pages"):
        # Compressed: a third of the bytes. Only what is a file of ours, never an answer that holds somebody's secret.
        app.mount(f"/{name}", GZipMiddleware(StaticFiles(directory=pages.HERE / name)), name=name)

    install_problems(app)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):  # noqa: PLR2004 - HTTP's own number
            return pages.not_found(request, parts.settings.shop_name)
        return http_problem(error)

    app.add_middleware(PaceHeaders)
    app.add_middleware(BodyLimit, attachment=parts.settings.attachment_bytes)
    app.add_middleware(LastResort)
    app.add_middleware(CustomerCors, origins=settings.shop_origins)
    app.add_middleware(SecurityHeaders, embedders=settings.shop_origins)
    return app
