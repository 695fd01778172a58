"""What reading a message costs: `python -m evals.bench_signals`, also in `make bench`.

Times the product's `Reader` (rules, language, tokeniser, model) and its model alone on one message of 30 tokens, and 16
messages at once against one after the other; all on one core, then the 16 on every core of the machine. `--torch PYTHON`
names a Python with torch and transformers: the same architecture in fp32 is then timed in turn with
ours, on the same core and one thread, as a child process.

Times vary between machines and runs; the ratios vary less.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.reader import MAX_TOKENS, WEIGHTS, Reader, load_reader
from knowledge.transformer import LocalTransformer, usable_cores

MESSAGE = "I ordered a blue tent two weeks ago and it has still not arrived, can you please tell me where my parcel is right now, please"
TOKENS = 30  # the message's, with the two that the tokeniser adds
LONG = "I bought a blanket in March and it is quite warm. It came in a brown box. " * 107  # 8,000 characters
TOGETHER = 16
ROUNDS = 10
PASSES = 32  # of each in a round
TORCH = Path(__file__).with_name("torch_encoder.py")


@dataclass
class Times:
    """Milliseconds of single passes and readings, and milliseconds a message where many are read."""

    reader: list[float] = field(default_factory=list)
    model: list[float] = field(default_factory=list)
    torch: list[float] = field(default_factory=list)
    one_by_one: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    beside_long: list[float] = field(default_factory=list)


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--torch", metavar="PYTHON", help="a Python with torch, to time fp32 beside it")
    arguments = parser.parse_args()
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    with _torch(arguments.torch) as torch:
        times = asyncio.run(_measure(torch))
    _tell(times)
    os.sched_setaffinity(0, everywhere)
    if usable_cores() > 1:
        together = asyncio.run(_measure(None)).together
        print(f"{TOGETHER} at once on {usable_cores()} cores: {_rate(together):.0f} messages a second")


async def _measure(torch: "_Child | None") -> Times:
    """Each in turn, in rounds, on the cores that this process may use now."""
    reader, model, times = load_reader(), LocalTransformer(WEIGHTS, max_tokens=MAX_TOKENS), Times()
    if reader.degraded:
        raise SystemExit(reader.degraded)
    tokens = model.count_tokens(MESSAGE)
    if tokens != TOKENS:
        raise SystemExit(f"The message has {tokens} tokens, not {TOKENS}: the tokeniser has changed.")
    for warm in range(ROUNDS + 1):
        some = Times()
        for _ in range(PASSES):
            started = time.perf_counter()
            model.run_alone(MESSAGE)
            some.model.append(_since(started))
        some.reader += [await _read(reader) for _ in range(PASSES)]
        if torch:
            some.torch += torch.passes(PASSES)
        some.one_by_one.append(await _one_by_one(reader))
        some.together.append(await _together(reader))
        some.beside_long.append(await _beside_long(reader))
        if warm:
            for name, values in vars(some).items():
                getattr(times, name).extend(values)
    return times


def _tell(times: Times) -> None:
    print(f"one core, one thread, a message of {TOKENS} tokens")
    print(f"the reader: {_percentiles(times.reader)}; its model alone: {_percentiles(times.model)}")
    print(
        f"one after the other {_rate(times.one_by_one):.0f} messages a second, {TOGETHER} at once {_rate(times.together):.0f}"
    )
    print(f"the reader beside a message of {len(LONG):,} characters: {_percentiles(times.beside_long)}")
    if times.torch:
        fp32 = statistics.median(times.torch)
        print(
            f"fp32 torch alone: {_percentiles(times.torch)}; of it our model takes {statistics.median(times.model) / fp32:.2f}, "
            f"the whole reader {statistics.median(times.reader) / fp32:.2f}; {TOGETHER} at once are "
            f"{_rate(times.together) / _rate(times.torch):.1f} times as many messages a second as fp32 torch one by one"
        )


async def _read(reader: Reader) -> float:
    started = time.perf_counter()
    await reader.read(MESSAGE)
    return _since(started)


async def _one_by_one(reader: Reader) -> float:
    """Milliseconds a message."""
    started = time.perf_counter()
    for _ in range(TOGETHER):
        await reader.read(MESSAGE)
    return _since(started) / TOGETHER


async def _together(reader: Reader) -> float:
    """Milliseconds a message."""
    started = time.perf_counter()
    await asyncio.gather(*(reader.read(MESSAGE) for _ in range(TOGETHER)))
    return _since(started) / TOGETHER


async def _beside_long(reader: Reader) -> float:
    """Milliseconds of a message that comes while a long one is being read."""
    long = asyncio.create_task(reader.read(LONG))
    await asyncio.sleep(0.03)
    taken = await _read(reader)
    await long
    return taken


class _Child:
    """fp32 torch in a process of its own; it runs only while it is asked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        if self._line() != "ready":
            raise SystemExit(f"That Python cannot run {TORCH.name}; what it needs stands at its top.")

    def passes(self, count: int) -> list[float]:
        """Milliseconds of each of so many passes."""
        assert self.process.stdin is not None  # noqa: S101 - it was opened with a pipe
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        times: list[float] = json.loads(self._line())
        return times

    def _line(self) -> str:
        assert self.process.stdout is not None  # noqa: S101 - as above
        return self.process.stdout.readline().strip()


@contextmanager
def _torch(python: str | None) -> Iterator[_Child | None]:
    if python is None:
        yield None
        return
    command = [python, str(TORCH), str(TOKENS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - the caller's own Python
        try:
            yield _Child(process)
        finally:
            process.kill()


def _since(started: float) -> float:
    return 1000 * (time.perf_counter() - started)


def _rate(milliseconds: Sequence[float]) -> float:
    """Messages a second, by the median."""
    return 1000 / statistics.median(milliseconds)


def _percentiles(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=20)
    return f"p50 {statistics.median(times):.1f} ms, p95 {cuts[18]:.1f} ms"


if __name__ == "__main__":
    main()
