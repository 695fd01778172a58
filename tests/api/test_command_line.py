"""What stands in the way of a start is told in a sentence with its mend, never by a stack trace."""

import asyncio
import os
import re
import shutil
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.reader import load_reader
from knowledge.database import Database
from knowledge.index import IndexInUseError, VectorIndex
from knowledge.transformer import LocalTransformer, ModelMissingError
from tests.api.process import candor, free_port, outcome, served

MODEL = Path(__file__).parents[2] / "agent" / "reader_weights"


async def refusal(*arguments: str, folder: Path, **environment: str) -> str:
    """What a start that cannot be says; it ends with 2 and without a stack trace."""
    code, said = await outcome(await candor(*arguments, folder=folder, **environment))
    assert "Traceback" not in said, said[-3000:]
    assert "Error" not in said, said[-3000:]
    assert code == 2, said
    return (
        said.strip()
        .removeprefix("Candor is starting: loading the local models and the help centre …")
        .strip()
    )


async def test_a_port_in_use_is_told_in_one_sentence_with_the_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = await refusal("serve", folder=tmp_path, CANDOR_PORT=str(port))

    assert len(said.splitlines()) == 1
    assert f"127.0.0.1:{port}" in said
    assert "CANDOR_PORT" in said
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing was begun; async code has no path to ask


async def test_a_host_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    said = await refusal("serve", folder=tmp_path, CANDOR_HOST="no such host")
    assert "no such host" in said
    assert len(said.splitlines()) == 1


async def test_every_wrong_setting_is_told_on_a_line_of_its_own(tmp_path: Path) -> None:
    said = await refusal("serve", folder=tmp_path, CANDOR_PORT="x", CANDOR_SECRET="kept-to-ourselves")
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["CANDOR_PORT", "CANDOR_SECRET"]
    assert "kept-to-ourselves" not in said


async def test_a_data_folder_that_cannot_be_is_told_with_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("x", encoding="ascii")
    said = await refusal("serve", folder=tmp_path, CANDOR_DATA_DIR=str(file))
    assert "CANDOR_DATA_DIR" in said
    assert str(file) in said


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(data_dir: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{data_dir / 'candor.db'}")
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()

    said = await refusal("serve", folder=data_dir)

    assert "9999" in said
    assert "newer" in said
    assert "Install that version again" in said
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "9999"
    await database.close()


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "candor.db").write_bytes(b"This is not a database. " * 100)
    said = await refusal("serve", folder=tmp_path)
    assert "candor.db" in said
    assert (tmp_path / "candor.db").read_bytes().startswith(b"This is not")


async def test_a_second_process_on_the_same_data_folder_is_refused_with_the_pid_of_the_first(
    data_dir: Path,
) -> None:
    index = VectorIndex.embedded(data_dir / "vectors")
    await index.create("held")
    try:
        said = await refusal("serve", folder=data_dir, CANDOR_PORT=str(free_port()))
    finally:
        await index.close()
    assert "in use by process" in said


async def test_a_server_whose_reading_model_is_there_says_so_and_stops_when_told(data_dir: Path) -> None:
    async with served(data_dir) as (process, client):
        assert (await client.get("/health")).json()["degraded"] == []
        process.terminate()
        code, said = await outcome(process)
    assert code in (0, -15)
    assert "Traceback" not in said
    assert re.search(r"Candor serves at http://127\.0\.0\.1:\d+\.", said)


# --- in this process: the seams under the same refusals


async def test_vectors_are_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = VectorIndex.embedded(tmp_path / "v"), VectorIndex.embedded(tmp_path / "v")
    await first.create("held")

    with pytest.raises(IndexInUseError, match=r"in use by process \d+\. Stop that process"):
        await second.create("other")

    await first.close()
    await second.create("other")
    await second.close()


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_missing_model_file_is_named_with_the_mend(tmp_path: Path, missing: str) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    (folder / missing).unlink()
    with pytest.raises(ModelMissingError, match=rf"{missing} is missing\. Reinstall Candor"):
        LocalTransformer(folder, max_tokens=96).load()


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json"])
def test_a_damaged_model_file_is_told_and_not_used(tmp_path: Path, damaged: str) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    (folder / damaged).write_bytes((folder / damaged).read_bytes()[:1000])
    with pytest.raises(ModelMissingError, match="holds a damaged model"):
        LocalTransformer(folder, max_tokens=96).load()


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "heads.json"])
@pytest.mark.parametrize("how", ["missing", "cut"])
async def test_without_its_model_the_reader_says_so_and_still_hears_a_cry_for_a_person(
    tmp_path: Path, file: str, how: str
) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    if how == "missing":
        (folder / file).unlink()
    else:
        (folder / file).write_bytes((folder / file).read_bytes()[:100])

    reader = load_reader(folder)

    assert reader.degraded
    signals = await reader.read("I want to talk to a human")
    assert signals.wants_person > 0.9
    assert signals.abstained


async def test_processes_of_these_tests_do_not_read_this_machines_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOR_PORT", "not a port")
    process = await candor("--help", folder=tmp_path)
    code, said = await asyncio.wait_for(outcome(process), 60)
    assert code == 0
    assert "serve" in said
