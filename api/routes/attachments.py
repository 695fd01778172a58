"""Files of customers: put up before the message that they go with, and fetched by their owner or by people of the desk."""

from typing import cast
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response, status
from starlette.datastructures import UploadFile

from api.context import IdempotencyKey, PartsNow, id_under
from api.openapi import raises, repeated, served
from api.pace import keep_pace
from api.routes.desk import signed_in
from api.routes.sessions import OwnerNow
from api.views.messages import AttachmentView
from escalation.attachments.attachments import Content
from escalation.attachments.sending import as_sent
from escalation.reception import Owner

router = APIRouter(prefix="/v1")

_A_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post(
    "/conversations/{conversation_id}/attachments",
    status_code=status.HTTP_201_CREATED,
    tags=["customer"],
    responses=raises(409) | repeated(AttachmentView),
    # The body is read only after its sender is known, so it is described here and not as a parameter.
    openapi_extra=_A_FILE,
)
async def put_up_file(
    conversation_id: UUID,
    owner: OwnerNow,
    parts: PartsNow,
    request: Request,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> AttachmentView:
    """Put up an image or a PDF for a message to come. What it is is read from its content; images are written anew.

    The same `Idempotency-Key` again is the same file. Send its id with the message, or it is forgotten after a day.
    """
    await keep_pace(request, "attachments", _sender(owner, request))
    await parts.reception.find(owner, conversation_id)
    name, data = await _uploaded(request)
    once = id_under(idempotency_key, f"{owner.subject} {conversation_id}")
    made, is_new = await parts.attachments.add(owner, conversation_id, name=name, data=data, once=once)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return cast("AttachmentView", as_sent(made))


@router.get(
    "/conversations/{conversation_id}/attachments/{attachment_id}",
    response_class=Response,
    tags=["customer"],
    responses=served(),
)
async def fetch_file(
    conversation_id: UUID, attachment_id: UUID, owner: OwnerNow, parts: PartsNow
) -> Response:
    """One's own file."""
    return _served(await parts.attachments.content(owner, conversation_id, attachment_id))


@router.delete(
    "/conversations/{conversation_id}/attachments/{attachment_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    tags=["customer"],
    responses=raises(409),
)
async def take_file_back(
    conversation_id: UUID, attachment_id: UUID, owner: OwnerNow, parts: PartsNow
) -> None:
    """Forget a file that was not sent. 409 once it was."""
    await parts.attachments.take_back(owner, conversation_id, attachment_id)


@router.get(
    "/desk/attachments/{attachment_id}",
    response_class=Response,
    tags=["desk"],
    dependencies=signed_in,
    responses=served(),
)
async def show_file(attachment_id: UUID, parts: PartsNow) -> Response:
    """A file that a customer has sent. Images are shown, a PDF is a download."""
    return _served(await parts.attachments.content_for_desk(attachment_id))


def _sender(owner: Owner, request: Request) -> str:
    """Who is counted: a customer, or the address of a visitor, as a new visitor costs nothing."""
    if owner.customer_id is not None:
        return owner.subject
    return f"address {request.client.host if request.client else 'unknown'}"


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """The name and the bytes of the one file."""
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(
                status.HTTP_422_UNPROCESSABLE_CONTENT, "file: send one file as multipart/form-data."
            )
        return file.filename or "", await file.read()


def _served(content: Content) -> Response:
    """The bytes, so that a browser makes nothing of them but the image or the download that they are."""
    how = "inline" if content.is_image else "attachment"
    return Response(
        content.data,
        media_type=content.media_type,
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(content.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store" if not content.is_image else "private, max-age=600",
        },
    )
