"""What the check of sentences cuts and what it keeps: `python -m evals.checks --split dev|test`.

Reads `data/check_sentences.jsonl`, or with `--wording free` `data/free_sentences.jsonl` (described in `data/README.md`): sentences as good and bad models word them, each with
its situation, which is an article of the demo help centre, or tools' results, receipts or an article of another language
in `data/check_situations.json`. Each goes through the same gate as in production. Prints, for each kind, the share of planted
(false) sentences cut and of good ones cut; on dev also each sentence that went the wrong way, on test never, so that nobody tunes on it.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from agent.check import Evidence, Gate
from knowledge.front_matter import parse_article
from knowledge.passages import split
from knowledge.search import Found

DATA = Path(__file__).parent / "data"
HELP_CENTRE = Path(__file__).parents[1] / "knowledge" / "help_centre"
SETS = {"near": "check_sentences.jsonl", "free": "free_sentences.jsonl"}
_CITED = ", cited"  # kinds of the same sentences once more, with a citation; not counted in "all"
KNOWN_NAMES = "Tarn & Thistle Candor Maeve Brennan"


@dataclass(frozen=True)
class Case:
    """A sentence, where it is said, and whether it may be. `cites` is the heading of the passage that it cites."""

    id: str
    situation: str
    good: bool
    kind: str
    text: str
    cites: str | None = None


@dataclass(frozen=True)
class Judged:
    """A case, and why the gate cut the sentence; None if it passed."""

    case: Case
    why: str | None
    seconds: float

    @property
    def cut(self) -> bool:
        """Whether the customer does not read it."""
        return self.why is not None


def read(part: str, wording: str = "near") -> list[Case]:
    """The cases of dev or test, worded near the articles or freely."""
    with (DATA / SETS[wording]).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    cases = [Case(**{k: v for k, v in row.items() if k != "split"}) for row in rows if row["split"] == part]
    return [*cases, *(cited for case in cases if (cited := _with_a_citation(case)))]


def _with_a_citation(case: Case) -> Case | None:
    """A deed, promise or claim to be human that hides behind a citation of an article that speaks of such things."""
    if case.good or case.situation != "nothing" or case.kind == "invented policy":
        return None
    return replace(case, situation="refunds", kind=case.kind + _CITED, cites="When the money arrives")


@cache
def situations() -> dict[str, dict[str, Any]]:
    """What tools and receipts tell in each situation that is no article of the help centre."""
    loaded: dict[str, dict[str, Any]] = json.loads((DATA / "check_situations.json").read_text("utf-8"))
    return loaded


@cache
def _other_shops() -> dict[str, str]:
    """Articles of other businesses, by slug, as files of a help centre."""
    with (DATA / "contradictions_shops.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("kind") == "article"]
    return {
        row["slug"]: f"---\ntitle: {json.dumps(row['title'])}\nlocale: {row['locale']}\n---\n{row['body']}"
        for row in rows
    }


def evidence(name: str) -> Evidence:
    """What a sentence in this situation may rest on."""
    if name in _other_shops():
        return Evidence(_found(_other_shops()[name], name), known_names=KNOWN_NAMES)
    told = situations().get(name)
    if told is None:
        return Evidence(
            _found((HELP_CENTRE / f"{name}.md").read_text("utf-8"), name), known_names=KNOWN_NAMES
        )
    if "article" in told:
        source = f"---\ntitle: {name}\nlocale: {told['locale']}\n---\n{told['article']}"
        return Evidence(_found(source, name), known_names=KNOWN_NAMES)
    return Evidence(
        (),
        tool_results=list(told["tool_results"]),
        receipts=list(told["receipts"]),
        own_words=list(told["asked"]),
        known_names=KNOWN_NAMES,
    )


def judge(case: Case) -> Judged:
    """Let the sentence go through the gate alone."""
    known = evidence(case.situation)
    gate = Gate(known)
    text = cited_in_text(case, known.passages)
    started = time.process_time()
    gate.feed(text)
    gate.finish()
    seconds = time.process_time() - started
    return Judged(case, "; ".join(cut.why for cut in gate.cuts) or None, seconds)


def report(judged: Sequence[Judged], *, show: bool) -> str:
    """The shares, one line a kind, and the sentences that went the wrong way."""
    lines = []
    for good, what in ((False, "planted cut"), (True, "good cut")):
        of_kind = [each for each in judged if each.case.good is good]
        kinds = [*dict.fromkeys(each.case.kind for each in of_kind), "all"]
        lines += [_share(what, kind, [e for e in of_kind if e.case.kind == kind]) for kind in kinds[:-1]]
        lines.append(_share(what, "all", [e for e in of_kind if not e.case.kind.endswith(_CITED)]))
    spent = sorted(1000 * each.seconds for each in judged)
    lines.append(
        f"CPU for a sentence: {spent[len(spent) // 2]:.2f} ms p50, {spent[int(len(spent) * 0.95)]:.2f} ms p95"
    )
    if show:
        wrong = [each for each in judged if each.cut is each.case.good]
        lines += [
            f"{each.case.id} {each.case.kind} [{each.case.situation}] {each.case.text} <- {each.why}"
            for each in wrong
        ]
    return "\n".join(lines)


def _found(source: str, slug: str) -> list[Found]:
    return [Found(passage, 1.0) for passage in split(parse_article(source, source=slug, slug=slug), 1)]


def cited_in_text(case: Case, passages: Sequence[Found]) -> str:
    """The sentence with the number of its passage before the full stop."""
    if case.cites is None:
        return case.text
    headings = [(found.passage.heading_path or ("",))[-1] for found in passages]
    number = headings.index(case.cites) + 1
    return f"{case.text[:-1]} [{number}]{case.text[-1]}"


def _share(what: str, kind: str, judged: Iterable[Judged]) -> str:
    cut = [each.cut for each in judged]
    return f"{what:12s} {kind:26s} {sum(cut):4d} of {len(cut):4d}  {sum(cut) / len(cut):.3f}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--wording", choices=tuple(SETS), default="near")
    asked = parser.parse_args()
    print(report([judge(case) for case in read(asked.split, asked.wording)], show=asked.split == "dev"))


if __name__ == "__main__":
    main()
