"""A reader whose model is missing, damaged, foreign, failing or stuck: it says so in words, and the rules go on."""

import asyncio
import hashlib
import json
import shutil
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from structlog.testing import capture_logs

from agent.heads import Heads
from agent.reader import BY_RULES_ONLY, WEIGHTS, Reader, load_reader
from agent.signals import Stake
from knowledge.embedding import MODEL
from knowledge.transformer import LocalTransformer

GRAVE = "I want to speak to a human or I will sue you"
FILES = ["model.onnx", "tokenizer.json", "heads.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def change_heads(folder: Path, **changes: object) -> None:
    heads = json.loads((folder / "heads.json").read_text()) | changes
    (folder / "heads.json").write_text(json.dumps(heads))


def vouch_for_model(folder: Path) -> None:
    """Make heads.json say that it belongs to the model beside it."""
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()[:8]
    change_heads(folder, version=f"reader-{digest}")


async def says_why_and_hears_the_grave(folder: Path, why: str) -> None:
    with capture_logs() as lines:
        reader = load_reader(folder)
    assert reader.degraded is not None
    assert reader.degraded.startswith(BY_RULES_ONLY)
    assert why in reader.degraded
    # The log has the whole path; what anybody can ask for has not.
    assert str(folder) not in reader.degraded
    assert [(line["event"], why in line["why"]) for line in lines] == [("reading_by_rules_only", True)]
    signals = await reader.read(GRAVE)
    assert (signals.source, signals.abstained, signals.version) == ("explicit", True, "explicit-2")
    assert signals.wants_person > 0.9
    assert signals.stakes[Stake.legal] > 0.9


@pytest.mark.parametrize("name", FILES)
async def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    await says_why_and_hears_the_grave(folder, name)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("left", [0, 1, 500, 0.5, 0.99], ids=["empty", "a byte", "500 bytes", "half", "99 %"])
async def test_an_empty_or_truncated_file_is_told(folder, name, left):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: left if isinstance(left, int) else int(left * len(whole))])
    await says_why_and_hears_the_grave(folder, "weights")


@pytest.mark.parametrize(
    "content",
    [b"not a model", b"{}", b"[]", b"null", b'"text"', b"\xff\xfe", b"\x00" * 5000, b"[" * 5000],
    ids=lambda content: ascii(content[:9]),
)
@pytest.mark.parametrize("name", FILES)
async def test_a_file_of_something_else_is_told(folder, name, content):
    (folder / name).write_bytes(content)
    await says_why_and_hears_the_grave(folder, "weights")


async def test_a_folder_in_place_of_a_file_is_told(folder):
    (folder / "heads.json").unlink()
    (folder / "heads.json").mkdir()
    await says_why_and_hears_the_grave(folder, "heads.json")


async def test_a_model_that_the_heads_were_not_made_for_is_told(folder):
    shutil.copyfile(MODEL / "model.onnx", folder / "model.onnx")
    await says_why_and_hears_the_grave(folder, "made for another model.onnx")


async def test_a_model_that_gives_something_else_is_told(folder):
    shutil.copyfile(MODEL / "model.onnx", folder / "model.onnx")
    vouch_for_model(folder)
    await says_why_and_hears_the_grave(folder, "does not read messages")


async def test_a_tokeniser_of_another_vocabulary_is_told(folder):
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = dict(zip(vocabulary, reversed(vocabulary.values()), strict=True))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    await says_why_and_hears_the_grave(folder, "misreads the plainest messages")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"emotion": float("nan")}, "a number that is none"),
        ({"wants_person": [float("inf"), 0]}, "a number that is none"),
        ({"stakes": [[1, 0]] * 11}, "every stake"),
        ({"intent": 0}, "not above zero"),
        ({"valence": "warm"}, "cannot be read"),
        ({"labels": None}, "cannot be read"),
        ({"version": "reader-1-00000000"}, "made for another model.onnx"),
    ],
    ids=lambda changes: next(iter(changes)) if isinstance(changes, dict) else "",
)
async def test_heads_that_cannot_be_right_are_refused(folder, changes, why):
    change_heads(folder, **changes)
    await says_why_and_hears_the_grave(folder, why)


@pytest.mark.parametrize("head", ["emotion", "intent", "stakes"])
async def test_heads_of_other_labels_are_refused(folder, head):
    labels = json.loads((folder / "heads.json").read_text())["labels"]
    change_heads(folder, labels=labels | {head: labels[head][::-1]})
    await says_why_and_hears_the_grave(folder, f"other {head} labels")


def test_a_reader_without_a_model_says_so():
    assert Reader(None).degraded == f"{BY_RULES_ONLY}. The reason: no reading model was given"


# --- in the middle of operation


class Failing(LocalTransformer):
    """The real model until it is told how to fail."""

    def __init__(self) -> None:
        super().__init__(WEIGHTS, max_tokens=96)
        self.failure = ""
        self.go_on = Event()

    def run_alone(self, text):
        match self.failure:
            case "raises":
                raise RuntimeError(f"the session is lost at {text}")
            case "stuck":
                self.go_on.wait(30)
            case "nonsense":
                return {name: values * np.nan for name, values in super().run_alone(text).items()}
            case "other outputs":
                return {"embedding": np.zeros((1, 384), np.float32)}
        return super().run_alone(text)


@pytest.mark.parametrize(
    ("failure", "named"),
    [
        ("raises", "RuntimeError"),
        ("stuck", "TimeoutError"),
        ("nonsense", "ValueError"),
        ("other outputs", "KeyError"),
    ],
)
async def test_while_the_model_fails_the_rules_read_and_afterwards_it_reads_again(failure, named):
    model = Failing()
    reader = Reader(model, Heads.load(WEIGHTS), seconds=5)
    assert (await reader.read(GRAVE)).source == "model"
    assert reader.degraded is None

    model.failure = failure
    reader.seconds = 0.05 if failure == "stuck" else 5
    with capture_logs() as lines:
        signals = await reader.read(GRAVE)
    assert (signals.source, signals.abstained, signals.wants_person > 0.9) == ("explicit", True, True)
    assert signals.stakes[Stake.legal] > 0.9
    assert (
        reader.degraded == f"{BY_RULES_ONLY}. The reason: the model failed with {named} at the last message"
    )
    assert [(line["event"], line["error"]) for line in lines] == [("reading_failed", named)]
    assert "sue" not in str(lines)

    model.failure = ""
    reader.seconds = 5
    model.go_on.set()
    with capture_logs() as lines:
        assert (await reader.read(GRAVE)).source == "model"
    assert reader.degraded is None
    assert [line["event"] for line in lines] == ["reading_restored"]


class FailsAtSome(LocalTransformer):
    """Fails at texts with "bad" in them."""

    def run_alone(self, text):
        if "bad" in text:
            raise RuntimeError("the session is lost")
        return super().run_alone(text)


async def test_a_message_that_breaks_the_model_breaks_no_other_one():
    reader = Reader(FailsAtSome(WEIGHTS, max_tokens=96), Heads.load(WEIGHTS))
    texts = ["where is my parcel", "this is bad", "I want to cancel my order"] * 5
    read = await asyncio.gather(*map(reader.read, texts))
    assert [signals.source for signals in read] == ["model", "explicit", "model"] * 5
