"""The sentences on which the check was tuned stay judged as they were."""

from evals.checks import judge, read


def test_planted_sentences_are_cut_and_good_ones_kept() -> None:
    judged = [judge(case) for case in read("dev")]
    planted = [each.cut for each in judged if not each.case.good]
    good = [each.cut for each in judged if each.case.good]

    assert sum(planted) / len(planted) >= 0.97
    assert sum(good) / len(good) <= 0.02


def test_no_article_is_in_both_halves() -> None:
    dev, test = ({case.situation for case in read(part)} for part in ("dev", "test"))

    assert dev & test == {"nothing", "refunds"}  # without an article, and once more behind a citation of one
