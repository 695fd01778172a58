"""What is passed on to a person."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from typing_extensions import TypedDict

from agent.records import Message
from api.views.shapes import ID, Id, like, one_of
from escalation.briefing import Line, Part
from escalation.briefing.lines import Author, at_a_glance


class CorrectionView(TypedDict):
    """The customer's correction of a line."""

    text: Annotated[str, like("It was the blue one.")]
    message_id: Id


class LineView(TypedDict):
    """One line, with the messages that it rests on."""

    id: Annotated[str, like("3f1f6c1b2a90")]
    part: Annotated[str, one_of(Part, "wants")]
    label: Annotated[str, like("Wants")]
    text: Annotated[str, like("A refund of order TT-10423.")]
    sources: Annotated[list[str], like([ID], "Ids of messages.")]
    by: Annotated[str, one_of(Author)]
    correction: CorrectionView | None
    corrects: Annotated[str | None, like(None, "What a correction corrects.")]


class BriefingView(TypedDict):
    """Most important first; the first `at_a_glance` lines are read in 15 seconds."""

    at_a_glance: Annotated[int, like(4)]
    lines: list[LineView]


def briefing_view(lines: Sequence[Line], messages: Sequence[Message]) -> BriefingView:
    """A briefing; beside a line stands the customer's correction of it, beside a correction what it corrects."""
    by_id = {str(m.id): m for m in messages}
    corrected = {(m.corrects["part"], m.corrects["text"]): m for m in messages if m.corrects}
    return {
        "at_a_glance": at_a_glance(lines),
        "lines": [_line_view(line, by_id, corrected) for line in lines],
    }


def _line_view(
    line: Line, by_id: Mapping[str, Message], corrected: Mapping[tuple[str, str], Message]
) -> LineView:
    correction = corrected.get((line.part.value, line.text))
    corrects = by_id[line.sources[0]].corrects if line.part is Part.CORRECTION else None
    return {
        "id": line.id,
        "part": line.part.value,
        "label": line.label,
        "text": line.text,
        "sources": list(line.sources),
        "by": line.by.value,
        "correction": {"text": correction.text, "message_id": str(correction.id)} if correction else None,
        "corrects": corrects["text"] if corrects and corrects["text"] else None,
    }
