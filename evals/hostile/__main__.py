"""Attack until so many steps were taken: `python -m evals.hostile --steps 200000`."""

import argparse

from evals.hostile.machine import HostileModel, attack

WORLDS = 200  # between two lines of output

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=200_000)
arguments = parser.parse_args()
taken = receipts = 0
while taken < arguments.steps:
    taken += attack(WORLDS, at_random=True)
    receipts += HostileModel.done
    print(f"{taken} steps, {receipts} confirmations answered with a receipt, no violation", flush=True)
