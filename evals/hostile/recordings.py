"""Every recorded attack of a folder, and how it went: `python -m evals.hostile --data FOLDER`."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from evals.hostile.injections import Findings, in_the_product, in_the_tools
from evals.hostile.ordinary import served
from evals.hostile.product import Product, running
from evals.hostile.recorded import replay
from evals.hostile.rows import attacks, bad_calls, ordinary_messages

BATCH = 40  # attacks on one product: a customer with thousands of conversations is attended to slowly


async def run(folder: Path) -> bool:
    """Print counts by file and group, and each harm. True if there was none."""
    calls, texts, ordinary = bad_calls(folder), attacks(folder), ordinary_messages(folder)
    if not (calls or texts or ordinary):
        print(f"{folder} has no recorded attacks: bad_input/*.jsonl or prompt_injection/attacks.jsonl.")
        return False
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="candor-hostile-", ignore_cleanup_errors=True) as scratch:
        prepared = Path(scratch) / "prepared"
        async with running(prepared):
            pass
        async with _fresh(prepared) as product:
            outcomes, refused = await served(product, ordinary)
        for start in range(0, len(texts), BATCH):
            async with _fresh(prepared) as product:
                await in_the_product(product, texts[start : start + BATCH], findings)
    print("Ordinary messages that look like attacks")
    for outcome, number in outcomes.most_common():
        print(f"  {outcome:44} {number:5}")
    show(findings)
    _print_harm("refused", refused)
    _print_harm("harm", findings.harm)
    return not (refused or findings.harm)


@asynccontextmanager
async def _fresh(prepared: Path) -> AsyncIterator[Product]:
    """The product over a copy of a prepared data folder."""
    folder = prepared.with_name("fresh")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared, folder)
    async with running(folder) as product:
        yield product


def run_on_tools(folder: Path) -> bool:
    """The same for the tools alone, which need no product. True if there was no harm."""
    results, harm = replay(bad_calls(folder))
    print("tool_calls_bad.jsonl, each as recorded and as our tools would have it")
    for (expected, result), number in sorted(results.items()):
        print(f"  {expected:52} {result:12} {number:5}")
    findings = Findings()
    in_the_tools(attacks(folder), findings)
    show(findings)
    _print_harm("harm", [*harm, *findings.harm])
    return not (harm or findings.harm)


def show(findings: Findings) -> None:
    """Print the counts, by file and group and by place."""
    files: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in sorted(findings.runs):
        files[key[0]].append(key)
    for file, keys in files.items():
        print(f"{file:46}   runs  model had it  card left open")
        for key in keys:
            print(
                f"  {key[1][:44]:44} {findings.runs[key]:6} {findings.reached[key]:13} {findings.proposed[key]:15}"
            )
    print(", ".join(f"{place}: {number}" for place, number in findings.places.items()))


def _print_harm(what: str, lines: list[str]) -> None:
    print(f"{len(lines)} {what}")
    for line in lines:
        print(f"  {line}")
