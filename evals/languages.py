"""How well the plain-words rules read seven languages: `python -m evals.languages [--split dev|test] [--errors]`.

Prints, by language and over all, how many wishes for a person and how many of the gravest stakes (danger to oneself,
threats, legal steps, fraud) are found, how many findings are right, and how often the language is detected. The rules
were written in sight of *dev*; *test* is held out, so `--errors` lists single messages of *dev* only.
"""

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.explicit import Stake, asks_for_person, explicit_stakes
from agent.language import detect

DATA = Path(__file__).parent / "data"
GRAVEST = (Stake.self_harm, Stake.threat, Stake.legal, Stake.fraud)
PERSON = "person"


@dataclass(frozen=True)
class Reading:
    """One message: what it says and what was found in it."""

    text: str
    language: str
    detected: str
    said: frozenset[str]
    found: frozenset[str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--errors", action="store_true", help="list what is missed and what is false, of dev")
    arguments = parser.parse_args()
    readings = read(DATA / f"messages_languages_{arguments.split}.jsonl")
    languages = list(dict.fromkeys(reading.language for reading in readings))
    print(
        f"{len(readings)} messages; found of those said, and right of those found, each with its 95 % interval\n"
    )
    print(f"{'':16} {'found':27} right")
    for language in [*languages, "all"]:
        of_it = [reading for reading in readings if language in ("all", reading.language)]
        print(f"{language} {PERSON:13} {_recall_and_precision(of_it, [PERSON])}")
        print(f"{language} {'gravest':13} {_recall_and_precision(of_it, GRAVEST)}")
        print(f"{language} {'detected':13} {_share(r.detected == r.language for r in of_it)}")
    print()
    for stake in Stake:
        if any(stake in reading.said | reading.found for reading in readings):
            print(f"{stake:16} {_recall_and_precision(readings, [stake])}")
    if arguments.errors and arguments.split == "dev":
        _print_errors(readings)


def read(file: Path) -> list[Reading]:
    """Read every message of a file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Reading(
            text=row["text"],
            language=row["language"],
            detected=detect(row["text"])[0],
            said=frozenset([*row["stakes"], *([PERSON] if row["wants_person"] else [])]),
            found=frozenset(
                [*explicit_stakes(row["text"]), *([PERSON] if asks_for_person(row["text"]) else [])]
            ),
        )
        for row in rows
    ]


def _recall_and_precision(readings: Sequence[Reading], names: Sequence[str]) -> str:
    recall = _share(name in r.found for r in readings for name in names if name in r.said)
    precision = _share(name in r.said for r in readings for name in names if name in r.found)
    return f"{recall:27} {precision}"


def _share(right: Iterable[bool]) -> str:
    """`.95 [.87-.98] of 60`: a share with Wilson's 95 % interval."""
    counted = list(right)
    n = len(counted)
    if n == 0:
        return "none"
    z, p = 1.96, sum(counted) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return f"{p:.2f} [{max(centre - half, 0):.2f}-{min(centre + half, 1):.2f}] of {n}"


def _print_errors(readings: Sequence[Reading]) -> None:
    for reading in readings:
        missed, false = reading.said - reading.found, reading.found - reading.said
        if missed or false:
            print(f"{reading.language} missed {sorted(missed)} false {sorted(false)}: {reading.text[:300]!r}")


if __name__ == "__main__":
    main()
