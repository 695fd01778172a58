"""Where time goes: the seconds that parts of the product take while something bigger runs."""

import functools
import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Part = tuple[Any, str]  # a class or module, and the name of a function in it

# The seconds that were already counted inside the part that is running: [its own, so far]. Threads started with
# `asyncio.to_thread` see the one of their caller.
_inner: ContextVar[list[float] | None] = ContextVar("inner", default=None)


@contextmanager
def stopwatch(parts: Mapping[str, tuple[Part, ...]]) -> Iterator[dict[str, float]]:
    """Counts the seconds of each named part until the end; what runs inside another part counts for the inner one only.

    The parts must not run at the same time as each other. Raises `AttributeError` if there is no such function.
    """
    seconds: dict[str, float] = dict.fromkeys(parts, 0.0)
    before = [
        (owner, name, inspect.getattr_static(owner, name)) for some in parts.values() for owner, name in some
    ]
    for label, some in parts.items():
        for owner, name in some:
            setattr(owner, name, _timed(getattr(owner, name), label, seconds))
    try:
        yield seconds
    finally:
        for owner, name, original in before:
            setattr(owner, name, original)


def shares(seconds: Mapping[str, float], total: float, *, unit: str, each: int) -> str:
    """The parts in one line, per piece, with what is in none of them. `unit` is s or ms."""
    scale = {"s": 1, "ms": 1000}[unit] / each
    parts = {**seconds, "other": total - sum(seconds.values())}
    told = ", ".join(f"{name} {scale * some:.2f}" for name, some in parts.items())
    return f"{scale * total:.2f} {unit} ({told})"


def _timed(work: Callable[..., Any], label: str, seconds: dict[str, float]) -> Callable[..., Any]:
    @contextmanager
    def counted() -> Iterator[None]:
        mine = [0.0]
        token = _inner.set(mine)
        started = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - started
            _inner.reset(token)
            seconds[label] += taken - mine[0]
            outer = _inner.get()
            if outer is not None:
                outer[0] += taken

    if inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        async def run_async(*arguments: Any, **named: Any) -> Any:
            with counted():
                return await work(*arguments, **named)

        return run_async

    @functools.wraps(work)
    def run(*arguments: Any, **named: Any) -> Any:
        with counted():
            return work(*arguments, **named)

    return run
