"""One table from error to HTTP problem (RFC 9457). Routes raise; they never catch."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.errors import ConflictError, ShopUnavailable
from agent.incoming import MessageRefusedError
from api.jws import IdentityError
from api.views.knowledge import version_view
from escalation.attachments.kinds import FileRefusedError
from escalation.centre.watch import AlertNotFoundError
from escalation.citing import CitationRefusedError
from escalation.experiments.running import ExperimentNotFoundError
from escalation.gaps import GapNotFoundError
from escalation.identity.step_up import (
    AddressRefusedError,
    CodeRefusedError,
    NoStepUpError,
    TooManyCodesError,
)
from escalation.mentions import NotASupervisorError
from escalation.moving import UnknownTargetError
from escalation.qa.labelling import AnswerNotFoundError
from escalation.qa.runs import CaseNotMadeError, RunNotFoundError
from escalation.supervising import SupervisorsOnlyError
from escalation.taking import NotForYouError
from escalation.thread import ConversationNotFoundError, FloorTakenError
from escalation.uses import CaseFileError
from escalation.wrap_up import UnknownWrapUpError
from knowledge.drafts import EditConflictError
from knowledge.front_matter import ArticleError
from knowledge.index import IndexUnavailableError
from knowledge.publishing import PublishConflictError, VersionMissingError

PROBLEMS: dict[type[Exception], HTTPStatus] = {
    MessageRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    FileRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConversationNotFoundError: HTTPStatus.NOT_FOUND,
    NoStepUpError: HTTPStatus.NOT_FOUND,
    AddressRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConflictError: HTTPStatus.CONFLICT,
    NotForYouError: HTTPStatus.FORBIDDEN,
    NotASupervisorError: HTTPStatus.FORBIDDEN,
    CitationRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownTargetError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SupervisorsOnlyError: HTTPStatus.FORBIDDEN,
    UnknownWrapUpError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PublishConflictError: HTTPStatus.CONFLICT,
    VersionMissingError: HTTPStatus.NOT_FOUND,
    AlertNotFoundError: HTTPStatus.NOT_FOUND,
    GapNotFoundError: HTTPStatus.NOT_FOUND,
    AnswerNotFoundError: HTTPStatus.NOT_FOUND,
    RunNotFoundError: HTTPStatus.NOT_FOUND,
    ExperimentNotFoundError: HTTPStatus.NOT_FOUND,
    CaseNotMadeError: HTTPStatus.NOT_FOUND,
    CaseFileError: HTTPStatus.INTERNAL_SERVER_ERROR,
    IndexUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ShopUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **extra: Any) -> JSONResponse:
    """An `application/problem+json` answer."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **extra,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install_problems(app: FastAPI) -> None:
    """Make every error of the table and of FastAPI a problem document."""
    for error_type, status in PROBLEMS.items():
        app.add_exception_handler(error_type, _known(status))
    # Programs are told why, so that a widget knows whether to ask for a fresh token.
    app.add_exception_handler(IdentityError, _nobody)
    app.add_exception_handler(CodeRefusedError, _wrong_code)
    app.add_exception_handler(TooManyCodesError, _too_many_codes)
    # A conflict too, but it says with whom the floor is.
    app.add_exception_handler(FloorTakenError, _floor_taken)
    # A conflict too, and it brings what the article says now.
    app.add_exception_handler(EditConflictError, _edited)
    app.add_exception_handler(ArticleError, _article)
    app.add_exception_handler(RequestValidationError, _invalid)


def http_problem(error: HTTPException) -> JSONResponse:
    """An error of HTTP itself (no such page, wrong method), with the headers that belong to it."""
    detail = _PLAINER.get(str(error.detail), str(error.detail))
    return problem(error.status_code, detail, error.headers)


# What the framework says without saying what is wrong.
_PLAINER = {
    "There was an error parsing the body": "The body is not JSON in UTF-8, or is nested too deeply.",
    "Not Found": "There is nothing at this address.",
    "Method Not Allowed": "This address does not take this method; the header Allow names those it takes.",
}


def _known(status: HTTPStatus) -> Callable[[Request, Exception], JSONResponse]:
    def handle(_: Request, error: Exception) -> JSONResponse:
        return problem(status, str(error))

    return handle


def _nobody(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, IdentityError)  # noqa: S101 - registered for this type only
    return problem(HTTPStatus.UNAUTHORIZED, str(error), {"WWW-Authenticate": "Bearer"}, why=error.why)


def _wrong_code(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CodeRefusedError)  # noqa: S101 - registered for this type only
    return problem(HTTPStatus.CONFLICT, str(error), why=error.why, tries_left=error.left)


def _too_many_codes(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyCodesError)  # noqa: S101 - registered for this type only
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS, str(error), {"Retry-After": str(error.seconds)}, seconds=error.seconds
    )


def _floor_taken(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FloorTakenError)  # noqa: S101 - registered for this type only
    holder = {"id": str(error.holder_id), "name": error.holder_name} if error.holder_id else None
    return problem(HTTPStatus.CONFLICT, str(error), holder=holder, floor=error.floor)


def _edited(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, EditConflictError)  # noqa: S101 - registered for this type only
    return problem(HTTPStatus.CONFLICT, str(error), now=version_view(error.now) if error.now else None)


def _article(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ArticleError)  # noqa: S101 - registered for this type only
    errors = [{"field": f"article.{error.field}", "problem": error.problem}]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=errors)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Name each field and what is wrong with it, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    if broken := next((e for e in error.errors() if e["type"] == "json_invalid"), None):
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The body is not JSON; it breaks at character {broken['loc'][-1]}.",
        )
    errors = [
        {"field": ".".join(str(part) for part in e["loc"] if part != "body") or "body", "problem": e["msg"]}
        for e in error.errors()
    ]
    detail = "; ".join(f"{e['field']}: {e['problem']}" for e in errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)
