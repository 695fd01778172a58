"""The OpenAPI document: FastAPI's own, completed with errors, examples and who may call.

What can be derived from a route is derived, so that a new one is complete by being written: the errors of its
dependencies, its parameters and its body, an example of every body from the examples of the fields. A route says itself
only what cannot be seen from outside (`raises`).
"""

import copy
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, NotRequired

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from api.views.shapes import ID, TIME, like

JSON = dict[str, Any]
Responses = dict[int | str, JSON]

PROBLEM = "application/problem+json"
METHODS = ("get", "post", "put", "delete", "patch")

TAGS = [
    {"name": "customer", "description": "What the widget and any other client of a customer calls."},
    {"name": "desk", "description": "People of the desk and their conversations."},
    {"name": "centre", "description": "Figures, alerts and playbooks."},
    {
        "name": "qa",
        "description": "Runs of evaluations, labels of real answers, and experiments, for supervisors.",
    },
    {"name": "knowledge", "description": "Articles, drafts, publishing, importing and trying out."},
    {"name": "operation", "description": "Whether the service works."},
]
DESCRIPTION = (
    "Times are ISO 8601 in UTC, ids are UUIDs. Lists are paged: `next`, if it is not null, goes into `?cursor=`. Every "
    "error is a problem document (RFC 9457). How to begin, with programs that run: docs/api.md."
)
SECURITY = {
    "session": {"type": "http", "scheme": "bearer", "description": "`session_token` of `POST /v1/sessions`."},
    "desk": {
        "type": "apiKey",
        "in": "cookie",
        "name": "candor_desk",
        "description": "From `POST /v1/desk/sign-in`.",
    },
    "console": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Candor-Desk",
        "description": "`1`, with every call of the desk that changes something: a foreign page cannot set it.",
    },
}
# What a parameter is, by its name, which means the same everywhere; with an example where its type makes none.
PARAMETERS: dict[str, tuple[str, Any]] = {
    "conversation_id": ("Id of the conversation.", ID),
    "proposal_id": ("Id of the proposal.", ID),
    "step_up_id": ("Id of the step-up, from its beginning.", ID),
    "attachment_id": ("Id of the file.", ID),
    "message_id": ("Id of the message.", ID),
    "approval_id": ("Id of the request for approval.", ID),
    "alert_id": ("Id of the alert.", ID),
    "macro_id": ("Id of the saved reply.", ID),
    "run_id": ("Name of the run, which is its folder's.", "20261129-090000"),
    "baseline": ("Name of the run to compare with.", "20261128-090000"),
    "experiment": ("Name of the experiment.", "surer-search"),
    "import_id": ("Id of the import.", ID),
    "gap_id": ("Id of the gap.", ID),
    "name": ("Name of the playbook, as an alert gives it.", "resolution-low"),
    "slug": ("The article's name in addresses.", "returns"),
    "number": ("A version of the article.", 3),
    "locale": ("Language of the article (BCP 47).", "en"),
    "base": (
        "Fingerprint of the draft that was seen: nobody's change is thrown away unread.",
        "b1946ac92492d2347c6235b4d2611184",
    ),
    "from": ("The older version.", 2),
    "to": ("The newer version.", 3),
    "before": ("Versions before this one.", 3),
    "cursor": ("`next` of the page before; 0 begins.", 0),
    "idempotency-key": (
        "The sender's name for what is made: sent again under it, it is the same thing.",
        "k-1",
    ),
    "prefer": ("`wait=20` waits so many seconds (60 at most) for the answer (RFC 7240).", "wait=20"),
    "period": ("Over which time.", "7d"),
    "view": ("Which list.", "waiting"),
    "queue": ("Only of this queue.", "orders"),
    "reason": ("Only for this reason.", "asked_for_person"),
    "urgency": ("Only of this urgency.", "normal"),
    "language": ("Only in this language.", "de"),
    "whose": ("Only one's own, or only what nobody has.", "mine"),
    "at_risk": ("Only what may break its promise.", False),
    "q": ("Words to look for.", "return window"),
    "audience": ("As which reader.", "public"),
    "Last-Event-ID": (
        "The last event that was seen: the stream goes on after it, nothing missing, nothing twice.",
        "17",
    ),
    "last_event_id": ("The same, for clients that cannot set the header.", "17"),
}
_RESUMING = [
    {"name": "Last-Event-ID", "in": "header", "required": False, "schema": {"type": "string"}},
    {"name": "last_event_id", "in": "query", "required": False, "schema": {"type": "string"}},
]
_SCHEMES = {"authorization": "session", "candor_desk": "desk", "x-candor-desk": "console"}  # by parameter
_FORMATS = {"uuid": ID, "date-time": TIME, "date": "2027-03-31"}


class FieldProblem(TypedDict):
    """A field of the request, and what is wrong with it."""

    field: Annotated[str, like("text")]
    problem: Annotated[str, like("Field required")]


class Problem(TypedDict):
    """What went wrong (RFC 9457). `detail` is a sentence; some problems say more."""

    type: Annotated[str, like("about:blank")]
    title: Annotated[str, like("Not Found")]
    status: Annotated[int, like(404)]
    detail: Annotated[str, like("There is no such conversation.")]
    errors: NotRequired[list[FieldProblem]]


_WHY = {
    400: (
        "The request is not HTTP as it should be.",
        "The body is not JSON in UTF-8, or is nested too deeply.",
    ),
    401: ("Nobody is signed in, or the token is not valid.", "The token has expired; ask for a new one."),
    403: (
        "This person may not do it, or the call did not come from the console.",
        "Send the header X-Candor-Desk: 1.",
    ),
    404: (
        "There is no such thing, or it is somebody else's: both look the same.",
        "There is no such conversation.",
    ),
    409: (
        "It cannot be done any more; `detail` says what stands against it.",
        "A colleague has the floor now.",
    ),
    413: ("The body is too large.", "The request is larger than 64 kB. Send less at once."),
    422: ("What was sent cannot be taken; `errors` names the fields.", "text: Field required"),
    429: (
        "Too much at once. `Retry-After` says after how many seconds to go on.",
        "Too many requests. Go on in 3 seconds.",
    ),
    500: ("Something broke on our side.", "Something broke on our side. Nothing was half done; try again."),
    503: ("A part that is needed is down.", "The shop cannot be reached at the moment."),
    507: ("The disk is full; nothing was saved.", "The disk of this server is full. Nothing was saved."),
}  # status: what it means, and a detail as an example


def raises(*statuses: int) -> Responses:
    """Errors of a route that cannot be derived from it."""
    return {status: _problem(status) for status in statuses}


def repeated(shape: type) -> Responses:
    """The same sent again: 200 in place of 201, with the same body."""
    return {200: {"model": shape, "description": "It was there already; nothing was done twice."}}


def streamed(example: str) -> Responses:
    """A stream of server-sent events in place of a JSON body."""
    content = {"text/event-stream": {"schema": {"type": "string"}, "example": example}}
    return {200: {"content": content, "description": "Events with ids, for as long as the client listens."}}


def file_of(kind: str, example: str) -> Responses:
    """A file of a media type in place of a JSON body."""
    content = {kind: {"schema": {"type": "string"}, "example": example}}
    return {200: {"content": content, "description": "The file."}}


def served() -> Responses:
    """The bytes of a file in place of a JSON body."""
    content = {"application/octet-stream": {"schema": {"type": "string"}, "example": "…"}}
    return {200: {"content": content, "description": "The file, under its own media type."}}


def document(app: FastAPI) -> JSON:
    """The whole document."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = made.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    schemas: JSON = components.setdefault("schemas", {})
    schemas["Problem"] = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for (method, path), operation in operations(made).items():
        _complete(path, method.lower(), operation)
        _exemplify(operation, schemas)
    return made


def operations(made: JSON) -> dict[tuple[str, str], JSON]:
    """Every operation of a document, by method and path."""
    return {
        (method.upper(), path): operation
        for path, item in made["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def _complete(path: str, method: str, operation: JSON) -> None:
    """Who may call it, and every error that it can answer with."""
    parameters, responses = operation.pop("parameters", []), operation["responses"]
    carried = {p["name"].lower() for p in parameters} & _SCHEMES.keys()
    kept = [p for p in parameters if p["name"].lower() not in _SCHEMES]
    if "text/event-stream" in responses.get("200", {}).get("content", {}):
        kept += copy.deepcopy(_RESUMING)
    if kept:
        operation["parameters"] = kept
    needed: dict[str, list[str]] = {scheme: [] for name, scheme in _SCHEMES.items() if name in carried}
    operation["security"] = [needed] if needed else []
    responses.pop("422", None)
    has_body = "requestBody" in operation
    wanted = {
        400: has_body,
        401: bool({"session", "desk"} & needed.keys()),
        403: "console" in needed,
        404: "{" in path,
        413: has_body,
        422: has_body or bool(kept),
        429: True,
        500: True,
        503: True,
        507: method != "get",
    }
    for status, holds in wanted.items():
        if holds:
            responses.setdefault(str(status), _problem(status))
    operation["responses"] = dict(sorted(responses.items()))


def _problem(status: int) -> JSON:
    means, detail = _WHY[status]
    example = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": means, "content": content}


def _exemplify(operation: JSON, schemas: Mapping[str, JSON]) -> None:
    """An example for every body and every parameter."""
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for part in (*bodies, *operation["responses"].values()):
        for media in part.get("content", {}).values():
            if "example" not in media and media.get("schema"):
                media["example"] = example_of(media["schema"], schemas)
    for parameter in operation.get("parameters", ()):
        # A name that the table lacks stays without words, and a test tells.
        if parameter["name"] in PARAMETERS:
            parameter["description"], parameter["example"] = PARAMETERS[parameter["name"]]


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, JSON]) -> Any:
    """A value that fits, made of the examples of its fields."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "default" in schema:
        return schema["default"]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return example_of(schema[choice][0], schemas)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _of_type(schema, schemas)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, JSON]) -> Any:
    match schema.get("type"):
        case "object":
            return {name: example_of(one, schemas) for name, one in schema.get("properties", {}).items()}
        case "array":
            return [example_of(schema["items"], schemas)]
        case "string":
            return _FORMATS.get(schema.get("format", ""), "text")
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
    return None
