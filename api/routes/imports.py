"""Importing articles at the console: files that a person uploads, or web pages where a setting allows them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from api.context import PartsNow
from api.routes.desk import AccountNow, signed_in, unsafe
from api.views.knowledge_care import ImportView, import_view
from api.views.shapes import Items
from knowledge.ingestion import Progress, read_files, read_web
from knowledge.sources import Read, articles_of, is_web, read_source, root_of

router = APIRouter(prefix="/v1/kb/imports", tags=["knowledge"], dependencies=signed_in)

MOST_FILES = 500
UPLOADS = "uploads"  # the root of files that come without one

# Without control characters: it is the author of drafts, in lists and on terminals.
Root = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"
    ),
]
_ROOT = TypeAdapter(Root)
_ROOT_PROBLEM = "must be a name of at most 200 characters, without control characters"


class WebRequest(BaseModel):
    """Web pages, or a sitemap, to read."""

    model_config = ConfigDict(extra="forbid")
    urls: list[Annotated[str, StringConstraints(min_length=1, max_length=2000)]] = Field(
        min_length=1, max_length=500
    )
    root: Root | None = None


@router.post(
    "",
    dependencies=unsafe,
    status_code=status.HTTP_202_ACCEPTED,
    # The body is read only after the sender is known, so it is described here and not as a parameter.
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": WebRequest.model_json_schema()},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "root": {"type": "string"},
                            "complete": {"type": "boolean"},
                        },
                    }
                },
            },
        }
    },
)
async def begin_import(parts: PartsNow, account: AccountNow, request: Request) -> ImportView:
    """Begin an import; what comes of it is read at its own address."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        files, root, complete = await _uploaded(request)

        async def read_uploads(progress: Progress) -> Read:
            return await articles_of(await read_files(files, progress=progress), complete=complete)

        return import_view(await parts.imports.start(root, read_uploads, by=account.name))
    wanted = await _addresses(request)
    if not all(map(is_web, wanted.urls)):
        raise _wrong("urls", "an address begins with http:// or https://")
    if not parts.settings.import_web:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "Web pages are not imported here. Whoever operates Candor can allow it with CANDOR_IMPORT_WEB=true.",
        )

    async def read_pages(progress: Progress) -> Read:
        if len(wanted.urls) == 1:
            return await read_source(wanted.urls[0], web=True, progress=progress)
        return await articles_of(await read_web(wanted.urls, progress=progress), complete=False)

    root = wanted.root or root_of(wanted.urls[0])
    return import_view(await parts.imports.start(root, read_pages, by=account.name))


@router.get("")
async def imports(parts: PartsNow) -> Items[ImportView]:
    """The newest imports."""
    return {"items": [import_view(run) for run in await parts.imports.newest()]}


@router.get("/{import_id}")
async def one_import(parts: PartsNow, import_id: UUID) -> ImportView:
    """How far an import is, and what came of it."""
    run = await parts.imports.run(import_id)
    if run is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such import.")
    return import_view(run)


async def _uploaded(request: Request) -> tuple[list[tuple[str, bytes]], str, bool]:
    """The files, the name of their root, and whether they are all files of it: then what is not there is gone."""
    async with request.form(max_files=MOST_FILES, max_fields=10) as form:
        uploads = [entry for entry in form.getlist("files") if isinstance(entry, UploadFile)]
        files = [(upload.filename or "unnamed", await upload.read()) for upload in uploads]
        root, complete = form.get("root"), form.get("complete", "false")
    if not files:
        raise _wrong("files", "name at least one file")
    if complete not in {"true", "false"}:
        raise _wrong("complete", "is true or false")
    if not isinstance(root, str) or not root.strip():
        return files, UPLOADS, complete == "true"
    try:
        return files, _ROOT.validate_python(root), complete == "true"
    except ValidationError as error:
        raise _wrong("root", _ROOT_PROBLEM) from error


async def _addresses(request: Request) -> WebRequest:
    try:
        return WebRequest.model_validate_json(await request.body())
    except ValidationError as error:
        problem = error.errors()[0]
        if problem["loc"] == ("root",):
            raise _wrong("root", _ROOT_PROBLEM) from error
        raise _wrong(".".join(map(str, problem["loc"])) or "body", problem["msg"]) from error


def _wrong(field: str, problem: str) -> HTTPException:
    return HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, f"{field}: {problem}")
