"""Who may call what: every operation of the OpenAPI has its row here, and a test fails for one that has none."""

from enum import StrEnum

DESK = "/v1/desk"
CASE = f"{DESK}/conversations/{{conversation_id}}"
CHAT = "/v1/conversations/{conversation_id}"
KB = "/v1/kb"
QA = f"{DESK}/qa"


class Reach(StrEnum):
    """Whose things an operation reaches."""

    NOBODYS = "nobody's: it needs no sign-in"
    SHOP = "a customer's, for the shop's backend with its own token"
    SESSION = "the caller's own, whoever they are"
    OWN = "the one thing that the address names, its owner's alone"
    DESK = "everybody's, for people of the desk"
    SUPERVISOR = "everybody's, for supervisors"


def _rows(reach: Reach, *operations: str) -> dict[tuple[str, str], Reach]:
    rows = {}
    for operation in operations:
        method, path = operation.split(" ")
        rows[method, path] = reach
    return rows


ACCESS: dict[tuple[str, str], Reach] = {
    **_rows(
        Reach.NOBODYS, "GET /health", "POST /v1/sessions", f"POST {DESK}/sign-in", f"POST {DESK}/sign-out"
    ),
    **_rows(Reach.SHOP, "POST /v1/sessions/revocations"),
    **_rows(
        Reach.SESSION,
        "GET /v1/conversations",
        "POST /v1/conversations",
        "DELETE /v1/sessions/current",
        "POST /v1/disclosures",
    ),
    **_rows(
        Reach.OWN,
        f"GET {CHAT}",
        f"POST {CHAT}/messages",
        f"POST {CHAT}/typing",
        f"POST {CHAT}/handoff",
        f"DELETE {CHAT}/handoff",
        f"GET {CHAT}/briefing",
        f"POST {CHAT}/briefing/corrections",
        f"POST {CHAT}/rating/ask",
        f"POST {CHAT}/rating",
        f"GET {CHAT}/events",
        f"POST {CHAT}/attachments",
        f"GET {CHAT}/attachments/{{attachment_id}}",
        f"DELETE {CHAT}/attachments/{{attachment_id}}",
        f"POST {CHAT}/step-up",
        f"POST {CHAT}/step-up/{{step_up_id}}",
        "POST /v1/proposals/{proposal_id}/confirm",
        "POST /v1/proposals/{proposal_id}/cancel",
    ),
    **_rows(
        Reach.SUPERVISOR,
        f"POST {CASE}/take-over",
        f"POST {CASE}/whispers",
        f"GET {QA}/runs",
        f"GET {QA}/runs/{{run_id}}/report",
        f"GET {QA}/runs/{{run_id}}/comparison",
        f"GET {QA}/labels/next",
        f"PUT {QA}/labels/{{message_id}}",
        f"GET {QA}/agreement",
        f"GET {QA}/conversations/{{conversation_id}}/case",
        f"GET {QA}/experiments",
        f"GET {QA}/experiments/{{experiment}}/results",
        f"POST {QA}/experiments/{{experiment}}/stop",
    ),
    **_rows(
        Reach.DESK,
        f"GET {DESK}/me",
        f"GET {DESK}/conversations",
        f"GET {CASE}",
        f"GET {DESK}/messages/{{message_id}}/turn",
        f"POST {DESK}/approvals/{{approval_id}}/approve",
        f"POST {DESK}/approvals/{{approval_id}}/refuse",
        f"POST {CASE}/claim",
        f"POST {CASE}/replies",
        f"POST {CASE}/notes",
        f"POST {CASE}/hand-back",
        f"POST {CASE}/resolve",
        f"GET {DESK}/events",
        f"PUT {DESK}/presence",
        f"GET {DESK}/people",
        f"GET {DESK}/queues",
        f"POST {DESK}/next",
        f"POST {CASE}/transfer",
        f"POST {CASE}/snooze",
        f"GET {DESK}/centre",
        f"GET {DESK}/centre.csv",
        f"GET {DESK}/alerts",
        f"POST {DESK}/alerts/{{alert_id}}/acknowledge",
        f"GET {DESK}/playbooks/{{name}}",
        f"POST {CASE}/suggestions",
        f"GET {CASE}/passages",
        f"GET {CASE}/macros",
        f"GET {DESK}/macros",
        f"POST {DESK}/macros",
        f"PUT {DESK}/macros/{{macro_id}}",
        f"DELETE {DESK}/macros/{{macro_id}}",
        f"POST {DESK}/tone",
        f"GET {DESK}/mentions",
        f"POST {CASE}/mentions/seen",
        f"GET {CASE}/customer",
        f"POST {CASE}/activity",
        f"GET {DESK}/attachments/{{attachment_id}}",
        f"GET {DESK}/wrap-ups",
        f"GET {KB}/articles",
        f"GET {KB}/articles/{{slug}}",
        f"GET {KB}/articles/{{slug}}/versions/{{number}}",
        f"GET {KB}/articles/{{slug}}/diff",
        f"PUT {KB}/articles/{{slug}}/draft",
        f"DELETE {KB}/articles/{{slug}}/draft",
        f"POST {KB}/preview",
        f"POST {KB}/publications",
        f"GET {KB}/publications",
        f"POST {KB}/articles/{{slug}}/roll-back",
        f"POST {KB}/warnings",
        f"POST {KB}/check",
        f"GET {KB}/articles/{{slug}}/uses",
        f"GET {KB}/gaps",
        f"POST {KB}/gaps/{{gap_id}}/draft",
        f"POST {KB}/gaps/{{gap_id}}/dismiss",
        f"GET {KB}/search",
        f"GET {KB}/imports",
        f"POST {KB}/imports",
        f"GET {KB}/imports/{{import_id}}",
    ),
}
