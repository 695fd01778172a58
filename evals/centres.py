"""Published help centres for cases: each distinct one is published once in a process and then only read.

A conversation writes to a database of its own, so that one help centre can serve case after case. Chroma's folder is one
process's alone, so every process has copies of its own.
"""

import hashlib
import shutil
from collections import OrderedDict
from pathlib import Path

from sqlmodel import SQLModel

from escalation.assembly import HELP_CENTRE
from evals.suites.case import World
from evals.suites.known import articles_of
from knowledge.articles import Article
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase

# More than a help centre of a case has vectors: every search finds all of the nearest, in every run the same.
BREADTH = 5_000
MOST_OPEN = 3  # help centres at once in a process; cases come sorted by theirs


def key_of(world: World) -> str:
    """Names a help centre by what stands in it."""
    content = repr((world.help_centre, [article.model_dump() for article in world.articles]))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class Centre:
    """One published help centre."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._database = Database(f"sqlite+aiosqlite:///{folder / 'centre.db'}")
        self._index = VectorIndex.embedded(folder / "vectors", breadth=BREADTH)
        self.knowledge = KnowledgeBase(self._database, self._index, embedder)

    async def make(self) -> None:
        """The tables, empty."""
        async with self._database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)

    async def publish(self, articles: list[Article]) -> None:
        """Publish these, each in the place of one that has its slug."""
        drafts = []
        for article in articles:
            newest = await self.knowledge.drafts.newest(article.slug, article.locale)
            base = newest.fingerprint if newest else None
            drafts.append(await self.knowledge.drafts.save(article, by="evals", base=base))
        await self.knowledge.publish([draft.id for draft in drafts], by="evals")

    async def close(self) -> None:
        """Close database and vectors."""
        await self._database.close()
        await self._index.close()


class Centres:
    """The help centres of one process, made when a case first needs them. `scratch`: a folder of its own."""

    def __init__(self, scratch: Path, embedder: Embedder, prepared: Path | None = None) -> None:
        self._scratch = scratch
        self._embedder = embedder
        self._prepared = prepared
        self._open: OrderedDict[str, Centre] = OrderedDict()

    async def of(self, world: World) -> KnowledgeBase:
        """The knowledge base that a world has."""
        key = key_of(world)
        if key not in self._open:
            self._open[key] = await self._made(key, world)
            while len(self._open) > MOST_OPEN:
                _, oldest = self._open.popitem(last=False)
                await oldest.close()
                shutil.rmtree(oldest.folder, ignore_errors=True)
        self._open.move_to_end(key)
        return self._open[key].knowledge

    async def _made(self, key: str, world: World) -> Centre:
        folder = self._scratch / f"centre-{key}"
        if world.help_centre == "demo":
            shutil.copytree(await self.shipped(), folder)
        centre = Centre(folder, self._embedder)
        await centre.make()
        own = [articles_of(world)[article.slug] for article in world.articles]
        if own:
            await centre.publish(own)
        await centre.knowledge.open()
        return centre

    async def shipped(self) -> Path:
        """A folder with the shipped help centre, published. Copied, never used."""
        if self._prepared is None:
            folder = self._scratch / "shipped"
            centre = Centre(folder, self._embedder)
            await centre.make()
            await centre.knowledge.publish_folder(HELP_CENTRE)
            await centre.close()
            self._prepared = folder
        return self._prepared

    async def close(self) -> None:
        """Close all."""
        while self._open:
            _, centre = self._open.popitem()
            await centre.close()
