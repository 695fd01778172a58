"""A knowledge base that lasts as long as it is looked at: to try a folder of articles, measure or fit on it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlmodel import SQLModel

from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.records import ArticleSource, ArticleVersion, Generation, ImportRun, Publication

TABLES = [
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (ArticleVersion, Generation, Publication, ArticleSource, ImportRun)
]


@asynccontextmanager
async def scratch_library(articles: Path, embedder: Embedder) -> AsyncIterator[KnowledgeBase]:
    """The articles of a folder, published into a temporary folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="candor-knowledge-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/knowledge.db")
        index = VectorIndex.embedded(Path(folder) / "vectors")
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(lambda sync: SQLModel.metadata.create_all(sync, tables=TABLES))
            library = KnowledgeBase(database, index, embedder)
            await library.publish_folder(articles)
            yield library
        finally:
            await index.close()
            await database.close()
