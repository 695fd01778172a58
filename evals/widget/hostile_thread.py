"""A conversation with a payload in every text of it, as the API would give it."""

from typing import Any
from uuid import uuid4

from knowledge.rendering import render_message

FIELDS = (
    "author's name", "article title", "heading", "quote", "article address", "proposal title", "order line's label", "order line",
    "proposal's identifier", "corrected line", "briefing line", "system notice", "AI's answer", "shop's name", "page title",
    "product name", "typing name", "refusal", "file name",
)  # fmt: skip


def thread_of(payloads: list[str]) -> dict[str, Any]:
    """A conversation with a payload in every text of it; `html` is what the server makes of one."""
    messages: list[dict[str, Any]] = []

    def add(author: str, payload: str, **more: Any) -> None:
        seq = len(messages) + 1
        messages.append(
            {
                "id": str(uuid4()), "seq": seq, "author": {"kind": author, "name": payload}, "kind": "text", "text": payload,
                "html": render_message(payload, {1: "/help/delivery"}), "citations": [], "proposal": None, "offer_person": False,
                "stream_id": None, "client_id": None, "corrects": None, "attachments": [], "created_at": "2026-11-29T00:00:00+00:00", **more,
            }
        )  # fmt: skip

    for payload in payloads:
        cited = {"title": payload, "heading": payload, "quote": payload, "article": payload, "hash": payload}
        proposal = {
            "id": payload, "action": payload, "title": payload, "lines": [{"label": payload, "value": payload}],
            "status": "open", "digest": payload, "expires_at": "2036-11-29T00:00:00+00:00",
        }  # fmt: skip
        add("human", payload)
        add(
            "ai", payload, citations=[{**cited, "number": 1, "version": 1, "url": payload}], proposal=proposal
        )
        files = [
            {"id": str(uuid4()), "name": payload, "media_type": kind, "size": 1, "width": 1, "height": 1}
            for kind in ("image/png", "application/pdf")
        ]
        add("customer", payload, corrects=payload, attachments=files)
        add("system", payload, kind="claim")
    add("system", payloads[0], kind="handoff")
    return {
        "id": "of-payloads", "case_number": payloads[0], "floor": "ai", "epoch": 1, "holder": {"name": payloads[0]},
        "resolved": False, "created_at": "2026-11-29T00:00:00+00:00", "messages": messages, "last_event_id": 0,
        "rating": {"asked": True, "after_seconds": 60},
    }  # fmt: skip
