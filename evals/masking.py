"""How much personal data `agent.private` finds: `python -m evals.masking --data ../shared/data`.

Reads the sentences of `presidio_pii/synth.jsonl` (microsoft/presidio-research, MIT) and prints, by type, how many of
the marked values are blanked whole (no word of them is left) and how many at least in part. They come from all over
the world and without a conversation around them: nobody has told the names, so none are expected to be found, nor
places, dates and companies, which may stand in an article.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from agent.private import without_personal_data

EXPECTED = (
    "CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "US_DRIVER_LICENSE", "STREET_ADDRESS", "PERSON",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sets")
    file = parser.parse_args().data / "presidio_pii" / "synth.jsonl"
    marked, whole, partly = Counter[str](), Counter[str](), Counter[str]()
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        left = without_personal_data(row["text"])
        left_words = set(re.findall(r"\w+", left))
        for span in row["spans"]:
            kind, words = span["type"], set(re.findall(r"\w+", span["value"]))
            marked[kind] += 1
            whole[kind] += not words & left_words
            partly[kind] += span["value"] not in left
    print(f"{'type':20} {'marked':>6} {'whole':>6} {'partly':>6}")
    for kind in EXPECTED:
        print(f"{kind:20} {marked[kind]:6} {whole[kind]:6} {partly[kind]:6}")


if __name__ == "__main__":
    main()
