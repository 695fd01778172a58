"""Run the harness's `bench.py` with our target among its own: `python drive.py HARNESS --target candor …`.

Runs with the harness's Python; HARNESS/setup.sh makes it.
"""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Put the harness's folder before ours, add the target, and become the script."""
    harness = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(harness))
    # Only the harness's folder has `targets`, and only ours has `target`.
    from target import Candor
    from targets import ALL

    ALL[Candor.name] = Candor
    sys.argv = [str(harness / "bench.py"), *sys.argv[2:]]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
