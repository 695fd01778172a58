"""The check of every line: no figure and no name that its sources do not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from agent.records import AuthorKind, Message
from escalation.briefing import Line, Material, Part, write_briefing
from escalation.briefing.backing import backed, unbacked
from tests.escalation.test_briefing import message, thread

SOURCE = "Maeve wrote on 12 November: order TT-10432 cost €88.50, the refund takes two weeks."


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Customer wants €88.50 back for TT-10432.", set()),
        ("Customer wants €89.50 back.", {"89.50 €"}),
        ("Order TT-10433", {"10433"}),
        ("it takes 14 days.", set()),
        ("it takes 3 weeks.", {"3 week"}),
        ("since November 12th.", set()),
        ("since 13 November.", {"date 11-13"}),
        ("Maeve waits.", set()),
        ("Callum waits.", {"callum"}),
        ("a promise by McAllister", {"mcallister"}),
        ("AI asks to DM the order.", set()),
        ("Wants: “the refund takes two …”", set()),
        ("Wants: “the refund takes three …”", {"3"}),
        ("Wants: “TT-1043”", {"1043"}),
    ],
)
def test_a_figure_or_a_name_needs_its_source(text: str, strange: set[str]) -> None:
    assert unbacked(text, SOURCE) == strange


def test_a_line_that_fails_is_dropped_and_its_words_are_not_logged() -> None:
    good = Line(Part.BRIEF, "In brief", "Customer wants €88.50.", ("1",))
    bad = Line(Part.NEXT_STEP, "Next step", "Call Callum about €5.", ("1",))

    with capture_logs() as told:
        assert backed([good, bad], {"1": SOURCE}) == [good]

    assert [row["event"] for row in told] == ["briefing_line_dropped"]
    assert "Callum" not in str(told)
    assert "€5" not in str(told)


@pytest.mark.parametrize("sources", [(), ("2",), ("1", "2")])
def test_a_line_without_its_messages_is_dropped(sources: tuple[str, ...]) -> None:
    assert backed([Line(Part.BRIEF, "In brief", "Customer wants a refund.", sources)], {"1": SOURCE}) == []


words = st.sampled_from(
    "I my your order TT-10432 €88.50 Maeve Callum two weeks days 3 please cancel refund because it broke on 12 November , . ? ! and the DHL".split()  # noqa: SIM905
)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(AuthorKind)), st.lists(words, min_size=1, max_size=30)), max_size=8
    )
)
def test_whatever_was_said_every_line_has_a_source_and_no_figure_of_its_own(
    said: list[tuple[AuthorKind, list[str]]],
) -> None:
    messages: list[Message] = thread(*(message(" ".join(text), author) for author, text in said))
    texts = {str(m.id): m.text for m in messages}
    for line in write_briefing(Material(messages)):
        source = "\n".join(texts[id_] for id_ in line.sources)
        assert line.sources
        assert not unbacked(line.text, source)
