"""Texts that come at the same time: each is read alone, and none suffers for another."""

import asyncio
from threading import Event, Semaphore

import numpy as np
import pytest

from knowledge.embedding import MAX_TOKENS, MODEL
from knowledge.transformer import LocalTransformer, usable_cores

TEXTS = ["where is my parcel", "Thank you!", "I bought a blanket in March. " * 20, "", "我的包裹在哪里"]


@pytest.fixture(scope="module")
def model() -> LocalTransformer:
    return LocalTransformer(MODEL, max_tokens=MAX_TOKENS)


class Guarded(LocalTransformer):
    """Passes wait until they are let through; a text with "bad" in it fails."""

    def __init__(self) -> None:
        super().__init__(MODEL, max_tokens=MAX_TOKENS)
        self.open = Event()
        self.entered = Semaphore(0)
        self.begun: list[str] = []

    def run_alone(self, text):
        self.begun.append(text)
        self.entered.release()
        self.open.wait(30)
        if "bad" in text:
            raise RuntimeError("the session is lost")
        return {"length": np.array([len(text)], np.float32)}

    async def until_every_core_is_busy(self) -> None:
        for _ in range(usable_cores()):
            await asyncio.to_thread(self.entered.acquire)


async def lengths(model: LocalTransformer, *texts: str) -> list[float]:
    return (await model.run_off_loop(texts))["length"].tolist()


@pytest.fixture
def guarded():
    model = Guarded()
    yield model
    model.open.set()  # a failed test must not leave threads waiting


def test_a_texts_outputs_do_not_depend_on_its_neighbours(model):
    together = model.run(TEXTS)["embedding"]
    assert [row.tolist() for row in together] == [
        model.run([text])["embedding"][0].tolist() for text in TEXTS
    ]


async def test_many_callers_at_the_same_time_each_get_their_own_rows_in_order(model):
    alone = model.run(TEXTS)["embedding"]
    orders = [np.random.default_rng(seed).permutation(len(TEXTS)) for seed in range(12)]
    read = await asyncio.gather(*(model.run_off_loop([TEXTS[i] for i in order]) for order in orders))
    for order, rows in zip(orders, read, strict=True):
        assert np.array_equal(rows["embedding"], alone[order])


async def test_callers_who_come_at_the_same_time_load_the_model_once(monkeypatch):
    model, loads = LocalTransformer(MODEL, max_tokens=MAX_TOKENS), []
    read_files = model._read_files
    monkeypatch.setattr(model, "_read_files", lambda: loads.append(1) or read_files())
    await asyncio.gather(*(model.run_off_loop([text]) for text in TEXTS))
    assert loads == [1]


def test_no_texts_are_no_rows(model):
    assert model.run([]) == {}


async def test_a_text_that_fails_fails_its_own_caller_only(guarded):
    guarded.open.set()
    one, bad, other = await asyncio.gather(
        lengths(guarded, "one"), lengths(guarded, "bad"), lengths(guarded, "other"), return_exceptions=True
    )
    assert (one, other) == ([3], [5])
    assert isinstance(bad, RuntimeError)


async def test_a_caller_who_gives_up_does_not_take_the_others_along(guarded):
    holding = [asyncio.create_task(lengths(guarded, "now")) for _ in range(usable_cores())]
    await guarded.until_every_core_is_busy()
    given_up, staying = (asyncio.create_task(lengths(guarded, text)) for text in ("gone", "stays"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    guarded.open.set()
    assert await staying == [5]
    assert await asyncio.gather(*holding) == [[3]] * usable_cores()
    assert given_up.cancelled()
    assert "gone" not in guarded.begun


async def test_many_texts_of_one_caller_let_a_single_one_in_between(guarded):
    long = [asyncio.create_task(lengths(guarded, *["long"] * 9)) for _ in range(usable_cores())]
    await guarded.until_every_core_is_busy()
    short = asyncio.create_task(lengths(guarded, "short"))
    await asyncio.sleep(0)
    guarded.open.set()
    await asyncio.gather(short, *long)
    assert guarded.begun[usable_cores()] == "short"


def test_the_end_of_the_process_does_not_wait_for_those_who_still_wait(guarded):
    async def leave_while_a_hundred_wait() -> list[asyncio.Task]:
        waiting = [asyncio.create_task(lengths(guarded, f"{n}")) for n in range(100)]
        await guarded.until_every_core_is_busy()
        return waiting

    waiting = asyncio.run(leave_while_a_hundred_wait())
    assert all(task.cancelled() for task in waiting)
    guarded.open.set()
    guarded._workers.shutdown(wait=True)
    assert len(guarded.begun) == usable_cores()
