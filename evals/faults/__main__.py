"""A language model that fails in every known way: `python -m evals.faults --data FILE --turns 2000`."""

import argparse
import asyncio
import logging
import tempfile
import time
from pathlib import Path

import structlog

from evals.faults.run import run

SAMPLE = Path(__file__).parents[1] / "data" / "llm_faults_sample.jsonl"


def main() -> None:
    """Print what became of the turns; exit with 1 if one went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=SAMPLE, help="Faults, in the form of evals/data/llm_faults_sample.jsonl"
    )
    parser.add_argument("--turns", type=int, default=2000)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as scratch:
        began = time.monotonic()
        report = asyncio.run(run(arguments.data, arguments.turns, Path(scratch)))
    for (fault, outcome), number in sorted(report.seen.items()):
        print(f"{fault:32} {outcome:32} {number:5}")
    for failed, number in report.failed.most_common():
        print(f"failed: {failed:40} {number:5}")
    for line in report.wrong:
        print(f"WRONG {line}")
    print(
        f"{arguments.turns} turns in {time.monotonic() - began:.0f} s: {len(report.wrong)} ended in neither an answer nor a handoff, or did something twice"
    )
    raise SystemExit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()
