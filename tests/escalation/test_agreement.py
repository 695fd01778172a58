"""Cohen's kappa against worked examples."""

import pytest

from escalation.qa.agreement import cohens_kappa


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, times in table.items() for _ in range(times)]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # Grants read by two readers: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
        ({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}, 0.4),
        ({("y", "y"): 45, ("y", "n"): 15, ("n", "y"): 25, ("n", "n"): 15}, 0.1304),
        ({("a", "a"): 3, ("b", "b"): 2, ("c", "c"): 1}, 1.0),
        ({("a", "b"): 5, ("b", "a"): 5}, -1.0),
    ],
)
def test_kappa_is_agreement_beyond_chance(table: dict[tuple[str, str], int], kappa: float) -> None:
    assert cohens_kappa(pairs(table)) == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize("table", [{}, {("right", "right"): 12}])
def test_kappa_says_nothing_without_a_pair_or_with_one_word_for_all(
    table: dict[tuple[str, str], int],
) -> None:
    assert cohens_kappa(pairs(table)) is None
