"""A source that is too slow, too large or hostile costs itself only, and no process stays behind."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.ingestion.child import Reader
from knowledge.ingestion.documents import Document, Raw, Unreadable
from knowledge.ingestion.reading import convert
from tests.knowledge.ingestion.samples import SMALL

SLOW = Raw("slow.csv", b"question,answer\n" + b"".join(b"q%d,<p>a</p>\n" % n for n in range(400_000)))
MUCH_ROOM = replace(SMALL, rows=10**9)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def markdown(number: int) -> Raw:
    return Raw(f"{number}.md", f"# Article {number}\n\nText.".encode())


async def test_one_process_reads_many_sources():
    async with Reader(SMALL) as reader:
        pids = set()
        for number in range(20):
            [entry] = await reader.read(markdown(number))
            assert isinstance(entry, Document)
            pids.add(reader.pid)
    assert len(pids) == 1


async def test_no_process_starts_without_a_source():
    async with Reader(SMALL) as reader:
        assert reader.pid is None


async def test_the_process_ends_with_its_reader():
    async with Reader(SMALL) as reader:
        await reader.read(markdown(1))
        pid = reader.pid
        assert pid is not None
        assert is_there(pid)
    assert not is_there(pid)


async def test_a_source_that_takes_too_long_does_not_stop_the_rest():
    limits = replace(MUCH_ROOM, seconds=2.0)
    first, slow, last = await convert([markdown(1), SLOW, markdown(2)], limits=limits)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert slow == Unreadable("slow.csv", "took longer than 2 seconds to read; make it smaller or divide it")


async def test_a_source_that_needs_too_much_memory_does_not_stop_the_rest():
    # This address space holds Python and all that reads HTML, but not what this page becomes.
    limits = replace(MUCH_ROOM, memory_bytes=250 * 1024 * 1024)
    large = Raw("large.html", b"<p>" + b"<b>x</b>" * 900_000)
    first, fat, last = await convert([markdown(1), large, markdown(2)], limits=limits)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(fat, Unreadable)
    assert "too much memory" in fat.why


async def test_a_process_that_dies_is_replaced():
    async with Reader(SMALL) as reader:
        await reader.read(markdown(1))
        assert reader.pid is not None
        os.kill(reader.pid, 9)
        [lost] = await reader.read(markdown(2))
        [entry] = await reader.read(markdown(3))
    assert isinstance(lost, Unreadable)
    assert isinstance(entry, Document)


async def test_cancelling_leaves_no_process():
    started = asyncio.Event()
    pids: list[int] = []

    async def work() -> None:
        async with Reader(MUCH_ROOM) as reader:
            await reader.read(markdown(1))
            pids.append(reader.pid or 0)
            started.set()
            await reader.read(SLOW)

    task = asyncio.create_task(work())
    await started.wait()
    await asyncio.sleep(0.1)  # most often it is cancelled while the source is read
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_there(pids[0])


async def test_the_process_inherits_no_secret_and_may_write_no_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CANDOR_SECRET", "do not tell")
    async with Reader(SMALL) as reader:
        await reader.read(markdown(1))
        place = Path(f"/proc/{reader.pid}")
        environment = (place / "environ").read_bytes()
        bounds = (place / "limits").read_text()
    assert b"do not tell" not in environment
    assert b"PYTHONPATH" in environment
    assert " ".join(next(line for line in bounds.splitlines() if "file size" in line).split()[:5]) == (
        "Max file size 0 0"
    )
    assert "Max core file size        0 " in bounds


async def test_progress_counts_every_source():
    told: list[tuple[int, int, str]] = []
    sources = [markdown(1), Raw("b.pdf", b"no PDF"), markdown(2)]
    await convert(sources, limits=SMALL, progress=lambda *step: told.append(step))
    assert told == [(1, 3, "1.md"), (2, 3, "b.pdf"), (3, 3, "2.md")]
