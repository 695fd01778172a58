"""What helps a person to write, as the JSON of the HTTP interface."""

from typing import Annotated, cast
from uuid import UUID

from typing_extensions import TypedDict

from api.views.shapes import CaseNumber, CitationView, Html, Id, PersonName, Time, like
from escalation.copilot import Suggestion
from escalation.macros import open_in
from escalation.mentions import For, Mentioned
from escalation.records import Macro
from escalation.tone_check import Hint
from knowledge.articles import Passage
from knowledge.markdown import plain
from knowledge.rendering import render, render_message


class CutView(TypedDict):
    """A sentence that did not pass the check."""

    sentence: Annotated[str, like("It will arrive tomorrow.")]
    why: Annotated[str, like("No article says so.")]


class SuggestionView(TypedDict):
    """A draft for the person to edit: `known` is false where there is none, and `why` says why; `id` goes back with the reply
    that uses it.
    """

    id: Id | None
    text: Annotated[str, like("You can return it within 30 days [1].")]
    html: Html
    citations: list[CitationView]
    known: bool
    cut: list[CutView]
    why: Annotated[str | None, like(None)]
    written_by: Annotated[str | None, like("offline")]


class PassageView(TypedDict):
    """A passage of a search; `citable` where this customer may read it."""

    article: Annotated[str, like("returns")]
    version: Annotated[int, like(3)]
    hash: Annotated[str, like("4be1c0ffee12")]
    title: Annotated[str, like("Returns and refunds")]
    heading: Annotated[str, like("How long you have")]
    text: Annotated[str, like("You can return anything within 30 days of delivery.")]
    html: Html
    url: Annotated[str, like("/help/returns?v=3&p=4be1c0ffee12")]
    audience: Annotated[str, like("public", "public, signed_in or internal")]
    citable: bool


class MacroView(TypedDict):
    """A saved reply as it was written."""

    id: Id
    name: Annotated[str, like("Greeting")]
    text: Annotated[str, like("Hello {customer}, this is {me}.")]
    shared: bool
    version: Annotated[int, like(1, "Send it with a change.")]
    placeholders: Annotated[list[str], like(["customer", "me"])]


class MacrosView(TypedDict):
    """The macros that a person has, and what may stand in braces."""

    items: list[MacroView]
    placeholders: Annotated[dict[str, str], like({"customer": "the customer's first name"})]


class FilledMacroView(TypedDict):
    """A macro with its text in one conversation; `empty` is still to be filled in."""

    id: Id
    name: Annotated[str, like("Greeting")]
    text: Annotated[str, like("Hello Maeve, this is Aoife.")]
    empty: Annotated[list[str], like([])]


class HintView(TypedDict):
    """How a draft may be taken."""

    rule: Annotated[str, like("blame")]
    text: Annotated[str, like("This can read as blame.")]
    words: Annotated[str | None, like("you should have")]


class HintsView(TypedDict):
    """Hints on a draft; they bar nothing."""

    hints: list[HintView]


class ForView(TypedDict):
    """Whom a note is for."""

    id: Id
    name: PersonName
    whisper: bool


class MentionView(TypedDict):
    """A note that is for the person who is signed in."""

    message_id: Id
    conversation_id: Id
    case_number: CaseNumber
    customer: Annotated[str | None, like("Maeve Byrne")]
    by: Annotated[str | None, like("Aoife")]
    text: Annotated[str, like("@Tom can you look at the courier?")]
    whisper: bool
    seen: bool
    created_at: Time


class MentionsView(TypedDict):
    """The newest notes for a person, and how many they have not seen."""

    items: list[MentionView]
    unseen: Annotated[int, like(1)]


def suggestion_view(suggestion: Suggestion, shown: UUID | None) -> SuggestionView:
    """A suggested reply: `known` is false where there is none, and `why` says why; `shown` is its id, where it was noted."""
    return {
        "id": str(shown) if shown else None,
        "text": suggestion.text,
        "html": render_message(suggestion.text, {c["number"]: c["url"] for c in suggestion.citations}),
        "citations": cast("list[CitationView]", list(suggestion.citations)),
        "known": suggestion.known,
        "cut": [{"sentence": one["sentence"], "why": one["why"]} for one in suggestion.cut],
        "why": suggestion.why or None,
        "written_by": suggestion.written_by or None,
    }


def passage_view(passage: Passage, may_read: frozenset[str]) -> PassageView:
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


def macro_view(macro: Macro) -> MacroView:
    """A macro as it was written."""
    return {
        "id": str(macro.id),
        "name": macro.name,
        "text": macro.text,
        "shared": macro.owner_id is None,
        "version": macro.version,
        "placeholders": open_in(macro.text),
    }


def hint_view(hint: Hint) -> HintView:
    """A hint on a draft."""
    return {"rule": hint.rule, "text": hint.text, "words": hint.words or None}


def for_view(one: For) -> ForView:
    """Whom a note is for."""
    return {"id": str(one.staff_id), "name": one.name, "whisper": one.whisper}


def mention_view(one: Mentioned) -> MentionView:
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
