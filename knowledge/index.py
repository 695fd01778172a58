"""Vectors in Chroma: in this process, or on a Chroma server. The only door to chromadb.

It knows names, vectors and where they may be read; what they mean is told elsewhere. One collection is one
generation of the index and is never changed once it is built.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from knowledge.transformer import Array


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

    def __init__(self, connect: Callable[[], Any], lock: "_FolderLock | None" = None) -> None:
        self._connect = connect
        self._lock = lock
        self._client: Any = None
        self._connecting = asyncio.Lock()

    @classmethod
    def embedded(cls, folder: Path) -> Self:
        """Vectors in a folder, held by this process alone; the first call raises `IndexInUseError` otherwise."""

        def connect() -> Any:
            import chromadb
            from chromadb.config import Settings

            return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))

        return cls(connect, _FolderLock(folder))

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

    async def create(self, name: str) -> None:
        """A new, empty collection."""
        client = await self._open()
        await asyncio.to_thread(
            client.create_collection,
            name,
            # None: the vendor's default embedder would download a model at its first use.
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )

    async def add(
        self, name: str, keys: Sequence[str], vectors: Array, labels: Sequence[Mapping[str, str]]
    ) -> None:
        """Vectors [n, d] under their keys, each with labels to filter by. Raises `CollectionMissingError`."""
        client = await self._open()

        def work() -> None:
            collection = _collection(client, name)
            size = client.get_max_batch_size()
            for i in range(0, len(keys), size):
                part = slice(i, i + size)
                collection.add(
                    ids=list(keys[part]),
                    embeddings=vectors[part],
                    metadatas=[dict(label) for label in labels[part]],
                )

        await asyncio.to_thread(work)

    async def nearest(
        self, name: str, vector: Array, *, count: int, where: Mapping[str, frozenset[str]]
    ) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest vectors, best first, among those whose labels are allowed.

        `where` gives for a label the values that may be seen; nothing else is ever looked at.
        Raises `CollectionMissingError`.
        """
        if not all(where.values()):
            return []
        client = await self._open()
        clauses = [{label: {"$in": sorted(allowed)}} for label, allowed in where.items()]

        def work() -> Any:
            with _missing(name):
                return _collection(client, name).query(
                    query_embeddings=[vector],
                    n_results=count,
                    where=clauses[0] if len(clauses) == 1 else {"$and": clauses} if clauses else None,
                    include=["distances"],
                )

        found = await asyncio.to_thread(work)
        return [
            (key, 1.0 - float(gap)) for key, gap in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    async def keys(self, name: str) -> set[str]:
        """Every key of a collection. Raises `CollectionMissingError`."""
        client = await self._open()
        found = await asyncio.to_thread(lambda: _collection(client, name).get(include=[]))
        return set(found["ids"])

    async def drop(self, name: str) -> None:
        """Remove a collection; one that is not there is no error."""
        client = await self._open()
        with suppress(CollectionMissingError):
            await asyncio.to_thread(_drop, client, name)

    async def close(self) -> None:
        """Let go of the folder or the connection. The index can be used again afterwards."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close)
        if self._lock is not None:
            self._lock.release()

    async def _open(self) -> Any:
        async with self._connecting:
            if self._client is None:
                if self._lock is not None:
                    self._lock.take()
                self._client = await asyncio.to_thread(self._connect)
            return self._client


class _FolderLock:
    """An advisory lock on a folder. The operating system releases it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

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


@contextmanager
def _missing(name: str) -> Iterator[None]:
    """Tells the vendor's "not found" in our words; it may come from any call, as collections are dropped."""
    from chromadb.errors import NotFoundError

    try:
        yield
    except NotFoundError as error:
        raise CollectionMissingError(name) from error


def _collection(client: Any, name: str) -> Any:
    with _missing(name):
        return client.get_collection(name, embedding_function=None)


def _drop(client: Any, name: str) -> None:
    with _missing(name):
        client.delete_collection(name)
