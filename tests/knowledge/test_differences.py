"""What changed between two versions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Article
from knowledge.differences import FieldChange, Piece, changed_fields, changed_text

ARTICLE = Article("returns", "Returns", "Text.", tags=("a",))


def test_a_changed_word_is_told_as_a_word() -> None:
    assert changed_text("Within 30 days.\nFree.\n", "Within 45 days.\nFree.\n") == [
        Piece("same", "Within "),
        Piece("removed", "30"),
        Piece("added", "45"),
        Piece("same", " days.\nFree.\n"),
    ]


def test_fields_are_told_by_name_and_the_body_is_not_one_of_them() -> None:
    changed = replace(ARTICLE, title="Sending back", body="Other.", tags=("a", "b"))
    assert changed_fields(ARTICLE, changed) == [
        FieldChange("title", "Returns", "Sending back"),
        FieldChange("tags", ("a",), ("a", "b")),
    ]


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_the_pieces_make_both_texts_again(old: str, new: str) -> None:
    pieces = changed_text(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_long_lines_are_compared_as_wholes() -> None:
    old, new = "a " * 5000, "b " * 5000
    assert changed_text(old, new) == [Piece("removed", old), Piece("added", new)]


@pytest.mark.timeout(60)  # that of the square of the length: minutes
def test_thousands_of_equal_lines_are_compared_in_time_and_one_put_in_is_found() -> None:
    many = "| a | b |\n" * 20_000
    assert changed_text(many, "x\n" + many)[0] == Piece("added", "x\n")
    old, new = f"q\n{many}r", f"s\n{many}t"
    assert changed_text(old, new) == [Piece("removed", old), Piece("added", new)]
