"""Real SQLite, real Chroma, real embeddings, in a folder of the test's own."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.scratch import TABLES
from tests.knowledge.article_samples import Write


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: SQLModel.metadata.create_all(sync, tables=TABLES))
    yield database
    await database.close()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[VectorIndex]:
    index = VectorIndex.embedded(tmp_path / "vectors")
    yield index
    await index.close()


@pytest.fixture
async def kb(database: Database, index: VectorIndex, embedder: Embedder) -> KnowledgeBase:
    kb = KnowledgeBase(database, index, embedder)
    await kb.open()
    return kb


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes articles into a folder: name → front matter lines and body; returns the folder."""

    def write(articles: Mapping[str, str]) -> Path:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        for name, text in articles.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        return folder

    return write
