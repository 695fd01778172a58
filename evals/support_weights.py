"""Fit how the check weighs the model's reading and the comparison of words: `python -m evals.support_weights [--write]`.

On the dev halves of `python -m evals.checks`, both wordings, and there on the sentences with a citation that no exact rule has cut.
Prints the weights and the shares that are cut at several thresholds; `--write` puts the weights into
`agent/entailment_weights/heads.json`. To be run again for another `model.onnx`, or after a change of words and denials.
"""

import argparse
import json
from collections.abc import Iterator

import numpy as np

from agent.entailment import WEIGHTS
from agent.evidence import Said
from agent.objections import exact_objection
from agent.support import Signs, signs
from evals.checks import SETS, cited_in_text, evidence, read
from knowledge.train.logistic import fit

RIDGE = 1.0
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NAMES = ("bias", "reading", "overlap", "closest", "denied", "wide")


def rows() -> Iterator[tuple[Signs, bool]]:
    """The signs of each sentence that is left to weighing, and whether it may be said."""
    for wording in SETS:
        for case in read("dev", wording):
            known = evidence(case.situation)
            said = Said(cited_in_text(case, known.passages), known)
            if said.numbers and exact_objection(said) is None:
                yield signs(said, said.cited), case.good


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    seen, good = zip(*rows(), strict=True)
    features = np.array([each.features() for each in seen])
    labels = np.array(good, dtype=float)
    weights, bias = fit(features, labels, ridge=RIDGE, balanced=False)
    fitted = [round(float(value), 4) for value in (bias, *weights)]
    print(f"{len(labels)} sentences, {int(labels.sum())} good")
    print(", ".join(f"{name} {value}" for name, value in zip(NAMES, fitted, strict=True)))
    likely = 1 / (1 + np.exp(-(features @ weights + bias)))
    for threshold in THRESHOLDS:
        cut = likely < threshold
        print(
            f"at {threshold}: planted cut {cut[labels == 0].mean():.3f}, good cut {cut[labels == 1].mean():.3f}"
        )
    if parser.parse_args().write:
        (WEIGHTS / "heads.json").write_text(json.dumps({"support": fitted}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
