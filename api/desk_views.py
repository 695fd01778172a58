"""What helps a person to write, as the JSON of the HTTP interface."""

from typing import Any
from uuid import UUID

from escalation.copilot import Suggestion
from escalation.macros import open_in
from escalation.mentions import For, Mentioned
from escalation.records import Macro
from escalation.tone_check import Hint
from knowledge.articles import Passage
from knowledge.markdown import plain
from knowledge.rendering import render, render_message

JSON = dict[str, Any]


def suggestion_view(suggestion: Suggestion, shown: UUID | None) -> JSON:
    """A suggested reply: `known` is false where there is none, and `why` says why; `id` goes back with the reply that uses it."""
    return {
        "id": str(shown) if shown else None,
        "text": suggestion.text,
        "html": render_message(suggestion.text, {c["number"]: c["url"] for c in suggestion.citations}),
        "citations": list(suggestion.citations),
        "known": suggestion.known,
        "cut": list(suggestion.cut),
        "why": suggestion.why or None,
        "written_by": suggestion.written_by or None,
    }


def passage_view(passage: Passage, may_read: frozenset[str]) -> JSON:
    """A passage of a search; `citable` where this customer may read it. `text` is what is put into a reply."""
    return {
        "article": passage.article,
        "version": passage.version,
        "hash": passage.hash,
        "title": passage.title,
        "heading": " › ".join(passage.heading_path),
        "text": plain(passage.text),
        "html": render(passage.text),
        "url": passage.url,
        "audience": passage.audience,
        "citable": passage.audience in may_read,
    }


def macro_view(macro: Macro) -> JSON:
    """A macro as it was written."""
    return {
        "id": str(macro.id),
        "name": macro.name,
        "text": macro.text,
        "shared": macro.owner_id is None,
        "version": macro.version,
        "placeholders": open_in(macro.text),
    }


def hint_view(hint: Hint) -> JSON:
    """A hint on a draft."""
    return {"rule": hint.rule, "text": hint.text, "words": hint.words or None}


def for_view(one: For) -> JSON:
    """Whom a note is for."""
    return {"id": str(one.staff_id), "name": one.name, "whisper": one.whisper}


def mention_view(one: Mentioned) -> JSON:
    """An entry of a person's list of mentions."""
    return {
        "message_id": str(one.message.id),
        "conversation_id": str(one.conversation.id),
        "case_number": one.conversation.case_number,
        "customer": one.conversation.customer_name if one.conversation.customer_id else None,
        "by": one.message.author_name,
        "text": one.message.text,
        "whisper": one.mention.whisper,
        "seen": one.mention.seen_at is not None,
        "created_at": one.message.created_at.isoformat(),
    }
