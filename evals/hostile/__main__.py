"""Attack until so many steps were taken (`python -m evals.hostile --steps 200000`), or with recorded attacks (`--data FOLDER`)."""

import argparse
import asyncio
from pathlib import Path

from evals.hostile import recordings
from evals.hostile.machine import HostileModel, attack

WORLDS = 200  # between two lines of output

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=200_000)
parser.add_argument(
    "--data", type=Path, help="Folder with bad_input/ and prompt_injection/; evals/data/attacks_sample is one"
)
arguments = parser.parse_args()
if arguments.data is not None:
    unharmed = [recordings.run_on_tools(arguments.data), asyncio.run(recordings.run(arguments.data))]
    raise SystemExit(0 if all(unharmed) else 1)
taken = receipts = 0
while taken < arguments.steps:
    taken += attack(WORLDS, at_random=True)
    receipts += HostileModel.done
    print(f"{taken} steps, {receipts} confirmations answered with a receipt, no violation", flush=True)
