"""The first line of a briefing against summaries that people would write: `python -m evals.briefings`.

Prints ROUGE-L (F1, mean over conversations; of several reference summaries the mean and the best) of `summary_of`, which needs no
model, beside the first three messages (lead-3) and a plain template, on the 30 conversations of our own that it was developed
on and on 30 that it was not.

    python -m evals.briefings --conversations FILE.jsonl [--show]

scores other conversations: one JSON object a line, `{"messages": [{"author": "customer"|"agent"|"ai", "text": …}], "summaries":
["…"]}`. Lines without summaries are not scored; their briefings are printed, as `--show` prints all.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from escalation.briefing import summary_of
from escalation.briefing.speech import sentences_of
from evals.rouge import rouge_l

DATA = Path(__file__).parent / "data"
SETS = ("briefings_dev.jsonl", "briefings_test.jsonl")

Thread = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Conversation:
    """A thread with the summaries that people wrote of it, if any."""

    thread: Thread
    summaries: Sequence[str]


def load(file: Path) -> list[Conversation]:
    """The conversations of a file. Raises ValueError, with the number of the line, for one that is not as the module says."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            thread = [(message["author"], message["text"]) for message in row["messages"]]
            summaries = [str(summary) for summary in row.get("summaries", ())]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{file.name}, line {number}: {error}") from error
        if strange := {author for author, _ in thread} - {"customer", "agent", "ai"}:
            raise ValueError(f"{file.name}, line {number}: unknown author {sorted(strange)}")
        found.append(Conversation(thread, summaries))
    return found


def lead_3(thread: Thread) -> str:
    """The first three messages."""
    return " ".join(text for _, text in thread[:3])


def template(thread: Thread) -> str:
    """The first sentence of each side in a fixed frame."""
    said = [next((s for s in _said(thread, customer=side)), "") for side in (True, False)]
    return f"Customer is complaining about {said[0]}. Agent {said[1]}."


def _said(thread: Thread, *, customer: bool) -> list[str]:
    return [s for author, text in thread if (author == "customer") is customer for s in sentences_of(text)]


WAYS: Mapping[str, Callable[[Thread], str]] = {
    "lead-3": lead_3,
    "template": template,
    "briefing": summary_of,
}


@dataclass(frozen=True)
class Score:
    """ROUGE-L over the conversations that have summaries, 0 to 100, and the words of a summary."""

    mean: float
    best: float
    words: float


def score(conversations: Sequence[Conversation], way: Callable[[Thread], str]) -> Score:
    """How near a way of summarising comes. Raises ZeroDivisionError where no conversation has a summary."""
    scored = [conversation for conversation in conversations if conversation.summaries]
    means = best = words = 0.0
    for conversation in scored:
        made = way(conversation.thread)
        each = [rouge_l(made, summary) for summary in conversation.summaries]
        means, best, words = means + sum(each) / len(each), best + max(each), words + len(made.split())
    return Score(100 * means / len(scored), 100 * best / len(scored), words / len(scored))


def report(name: str, conversations: Sequence[Conversation], *, show: bool) -> None:
    """Print the figures of a set, and its briefings if they are wanted or cannot be scored."""
    scored = sum(bool(conversation.summaries) for conversation in conversations)
    print(f"{name}: {len(conversations)} conversations, {scored} with summaries")
    for conversation in conversations:
        if show or not conversation.summaries:
            print(f"  {summary_of(conversation.thread)}")
            print(*(f"    = {summary}\n" for summary in conversation.summaries), sep="", end="")
    if scored:
        print(f"  {'ROUGE-L':10} {'mean':>6} {'best':>6} {'words':>6}")
        for way, summarise in WAYS.items():
            figures = score(conversations, summarise)
            print(f"  {way:10} {figures.mean:6.1f} {figures.best:6.1f} {figures.words:6.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=Path, help="a file of conversations in place of our own")
    parser.add_argument("--show", action="store_true", help="print every briefing with its references")
    given = parser.parse_args()
    for file in [given.conversations] if given.conversations else [DATA / name for name in SETS]:
        report(file.name, load(file), show=given.show)


if __name__ == "__main__":
    main()
