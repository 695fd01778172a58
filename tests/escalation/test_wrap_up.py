"""What a conversation can have come to, as data."""

import pytest

from escalation.policy_files import PolicyError
from escalation.wrap_up import UnknownWrapUpError, WrapUps


def test_the_shipped_list_has_nine_codes_so_that_each_has_a_key() -> None:
    codes = [one.code for one in WrapUps.load().wrap_ups]

    assert codes == [
        "solved",
        "refunded",
        "information_given",
        "customers_mistake",
        "product_fault",
        "delivery_fault",
        "duplicate",
        "spam",
        "other",
    ]


def test_a_code_that_is_not_of_the_list_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownWrapUpError, match="There is: solved, refunded"):
        WrapUps.load().known("solvd")


def test_a_code_that_is_no_more_in_the_list_reads_as_itself() -> None:
    assert WrapUps.load().label("lost_in_post") == "lost in post"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wrap_ups: []", "at least 1 item"),
        ("wrap_ups: [{code: Solved, label: Solved}]", "should match pattern"),
        ("wrap_ups: [{code: a, label: A}, {code: a, label: B}]", "each code must stand there once"),
        ("wrap_ups: [{code: a}]", "code 'a': label"),
        ("reasons: []", "wrap_ups"),
    ],
)
def test_a_file_with_a_fault_says_which(tmp_path, text: str, said: str) -> None:
    file = tmp_path / "wrap_up.yaml"
    file.write_text(text)

    with pytest.raises(PolicyError, match=said):
        WrapUps.load(file)
