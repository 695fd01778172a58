"""Vectors in Chroma: in this process, or on a Chroma server. The only door to chromadb.

It knows names, keys and vectors; what they mean is told elsewhere. Vectors are only ever added to a collection, never
changed or taken out one by one: whoever searches an older publication still finds all of its vectors.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from knowledge.transformer import Array

T = TypeVar("T")

# After an error that names no collection we look so often, so many seconds apart, whether it is being dropped.
LOOKS, LOOK_AGAIN = 5, 0.05


class IndexInUseError(RuntimeError):
    """Another process has the vectors of this folder open; Chroma then silently returns wrong hits."""


class IndexUnavailableError(ConnectionError):
    """The Chroma server does not answer."""


class CollectionMissingError(LookupError):
    """The collection is not there: it was dropped after a newer one went live, or its folder was lost."""


class VectorIndex:
    """Collections of unit vectors, searched by cosine. Chroma blocks, so every call runs on a thread.

    Make one with `VectorIndex.embedded(folder)` or `VectorIndex.server(host, port)`; neither touches disk or
    network before the first call.
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        lock: "_FolderLock | None" = None,
        *,
        breadth: int | None = None,
    ) -> None:
        self._connect = connect
        self._lock = lock
        self._breadth = breadth
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._connecting = asyncio.Lock()
        self._publications = 0

    @classmethod
    def embedded(cls, folder: Path, *, breadth: int | None = None) -> Self:
        """Vectors in a folder, held by this process alone; the first call raises `IndexInUseError` otherwise.

        A new collection is searched `breadth` wide. The vendor draws each graph at random, so that a narrow search of the same
        vectors, built again, can miss another one of the nearest; one as wide as the collection misses none.
        """

        def connect() -> Any:
            import chromadb
            from chromadb.config import Settings

            return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))

        return cls(connect, _FolderLock(folder), breadth=breadth)

    @classmethod
    def server(cls, host: str, port: int) -> Self:
        """Vectors on a Chroma server, which several processes may share.

        The first call raises `IndexUnavailableError` if nobody answers there.
        """

        def connect() -> Any:
            import chromadb
            from chromadb.config import Settings

            try:
                return chromadb.HttpClient(host, port, settings=Settings(anonymized_telemetry=False))
            except ValueError as error:  # what the vendor raises when it cannot connect
                raise IndexUnavailableError(f"No Chroma server answers at {host}:{port}.") from error

        return cls(connect)

    @property
    def publications(self) -> int | None:
        """Counts what may have been published: while it stays the same, nothing was, and nobody need ask the database.

        None if others may publish without our knowing: on a server, and in a folder as long as we do not hold it.
        """
        return self._publications if self._lock is not None and self._lock.is_held else None

    def count_publication(self) -> None:
        """To be called by whoever publishes what stands in here, after the commit, or if it is in doubt."""
        self._publications += 1

    async def create(self, name: str) -> None:
        """A new, empty collection."""

        def work(client: Any) -> None:
            graph: dict[str, Any] = {"space": "cosine"}
            if self._breadth is not None:
                graph["ef_search"] = self._breadth
            # None: the vendor's default embedder would download a model at its first use.
            client.create_collection(name, embedding_function=None, configuration={"hnsw": graph})

        await self._call(name, work)

    async def add(self, name: str, keys: Sequence[str], vectors: Array) -> None:
        """Vectors [n, d] under their keys; a key that is there already keeps its vector.

        Raises `CollectionMissingError`.
        """

        def work(client: Any) -> None:
            collection = self._collection(client, name)
            size = client.get_max_batch_size()
            for i in range(0, len(keys), size):
                part = slice(i, i + size)
                collection.add(ids=list(keys[part]), embeddings=vectors[part])

        await self._call(name, work)

    async def nearest(self, name: str, vectors: Array, *, count: int) -> list[list[tuple[str, float]]]:
        """For each of some vectors [n, d]: keys and cosines of those nearest to it, best first.

        One call for all of them: a second vector costs a third of what a second call does.
        Raises `CollectionMissingError`.
        """

        def work(client: Any) -> Any:
            return self._collection(client, name).query(
                query_embeddings=list(vectors), n_results=count, include=["distances"]
            )

        found = await self._call(name, work)
        return [
            [(key, 1.0 - gap) for key, gap in zip(keys, gaps, strict=True)]
            for keys, gaps in zip(found["ids"], found["distances"], strict=True)
        ]

    async def keys(self, name: str) -> set[str]:
        """Every key of a collection. Raises `CollectionMissingError`."""
        found = await self._call(name, lambda client: self._collection(client, name).get(include=[]))
        return set(found["ids"])

    async def held(self, name: str, keys: Sequence[str]) -> set[str]:
        """Those of the keys that are there: cheaper than all, if they are few. Raises `CollectionMissingError`."""

        def work(client: Any) -> set[str]:
            collection = self._collection(client, name)
            return {
                key for part in _portions(client, keys) for key in collection.get(ids=part, include=[])["ids"]
            }

        return await self._call(name, work)

    async def vectors(self, name: str, keys: Sequence[str]) -> dict[str, Array]:
        """The vectors of those of the keys that are there. Raises `CollectionMissingError`."""

        def work(client: Any) -> dict[str, Array]:
            collection = self._collection(client, name)
            found: dict[str, Array] = {}
            for some in _portions(client, keys):
                part = collection.get(ids=some, include=["embeddings"])
                found |= dict(zip(part["ids"], part["embeddings"], strict=True))
            return found

        return await self._call(name, work)

    async def drop(self, name: str) -> None:
        """Remove a collection; one that is not there is no error."""
        with suppress(CollectionMissingError):
            await self._call(name, lambda client: client.delete_collection(name))
        self._collections.pop(name, None)

    async def close(self) -> None:
        """Let go of the folder or the connection. The index can be used again afterwards."""
        client, self._client = self._client, None
        self._collections.clear()
        if client is not None:
            await asyncio.to_thread(client.close)
        if self._lock is not None:
            self._lock.release()
            self._publications += 1  # from now on another process may hold the folder, and publish

    async def _call(self, name: str, work: Callable[[Any], T]) -> T:
        """Work on a collection with the vendor's client, on a thread; what goes wrong is told in our words."""
        client = await self._open()

        def run() -> T:
            import httpx
            from chromadb.errors import ChromaError

            try:
                return work(client)
            except ChromaError as error:  # from any call: collections are dropped while others search
                if _is_dropped(client, name, error):
                    raise CollectionMissingError(str(error)) from error
                raise
            except httpx.TransportError as error:
                raise IndexUnavailableError(
                    f"The Chroma server does not answer ({type(error).__name__})."
                ) from error

        return await asyncio.to_thread(run)

    def _collection(self, client: Any, name: str) -> Any:
        """The vendor's handle; to look it up for each search would cost as much as the search."""
        if name not in self._collections:
            self._collections[name] = client.get_collection(name, embedding_function=None)
        return self._collections[name]

    async def _open(self) -> Any:
        async with self._connecting:
            if self._client is None:
                if self._lock is not None:
                    self._lock.take()
                self._client = await asyncio.to_thread(self._connect)
            return self._client


def _portions(client: Any, keys: Sequence[str]) -> Iterator[list[str]]:
    """As many keys at a time as one call may name."""
    size = client.get_max_batch_size()
    return (list(keys[i : i + size]) for i in range(0, len(keys), size))


def _is_dropped(client: Any, name: str, error: Exception) -> bool:
    """Whether a call failed for want of its collection.

    A server drops one piece by piece. Whoever asks in between is told about an inner part that is missing, so we wait
    until it is gone whole.
    """
    from chromadb.errors import ChromaError, NotFoundError

    if isinstance(error, NotFoundError):
        return True
    for _ in range(LOOKS):
        try:
            client.get_collection(name, embedding_function=None)
        except NotFoundError:
            return True
        except ChromaError:
            pass  # still in between
        time.sleep(LOOK_AGAIN)
    return False


class _FolderLock:
    """An advisory lock on a folder. The operating system releases it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether we hold it."""
        return self._handle is not None

    def take(self) -> None:
        """Raises `IndexInUseError` with the pid of the process that holds it."""
        if self._handle is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / "candor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise IndexInUseError(
                f"The vectors in {self._folder} are in use by process {holder}. Stop that process, "
                "or run a Chroma server and set its host and port in both."
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
