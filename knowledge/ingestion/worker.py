"""The child process that reads sources. What a source does to it, it does to nobody else.

It takes a source after another on its standard input and answers each on its standard output. Both are framed: a length
of four bytes, then that many bytes. A source is two frames, a JSON header and its bytes; an answer is one frame, a JSON
list of documents and of what could not be read. Started by `knowledge.ingestion.child`.
"""

import hashlib
import json
import resource
import signal
import struct
import sys
from dataclasses import asdict
from typing import BinaryIO

from knowledge.ingestion.documents import Document, Limits, Raw, Unreadable
from knowledge.ingestion.formats import Extract, RefusedError
from knowledge.ingestion.formats.text import one_line, read_markdown, read_text, tidy
from knowledge.ingestion.kinds import READ, kind_of

LENGTH = struct.Struct(">I")
_OPEN_FILES = 32
_GRACE = 5.0  # seconds past the limit after which the process ends itself, if nobody else is there to end it


def main() -> None:
    """Read sources until there are none."""
    limits = Limits(**json.loads(sys.argv[1]))
    confine(limits)
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not stand among the answers
    while (header := _frame(source)) is not None:
        raw = Raw(data=_frame(source) or b"", **json.loads(header))
        signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)
        answer = json.dumps([asdict(entry) for entry in documents_of(raw, limits)]).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def documents_of(raw: Raw, limits: Limits) -> list[Document | Unreadable]:
    """What a source says. It may raise, kill its process or never return only where the process is bounded."""
    try:
        if len(raw.data) > limits.source_bytes:
            raise RefusedError(f"is larger than {limits.source_bytes:,} bytes; divide it")  # noqa: TRY301
        if not raw.data.strip():
            raise RefusedError("is empty; leave it out or fill it")  # noqa: TRY301
        kind = raw.kind or kind_of(raw.path, raw.data)
        if kind == "csv":
            from knowledge.ingestion.formats.table import read_table

            return read_table(raw.path, raw.data, limits=limits, encoding=raw.encoding)
        extract = _extract(kind, raw, limits)
        text = tidy(extract.text).strip("\n")
        if not text:
            raise RefusedError("has no text; leave it out or fill it")  # noqa: TRY301
        if len(text) > limits.text_characters:
            raise RefusedError(f"has more than {limits.text_characters:,} characters of text; divide it")  # noqa: TRY301
    except RefusedError as refused:
        return [Unreadable(raw.path, str(refused))]
    except RecursionError:
        return [Unreadable(raw.path, "has parts nested too deep in each other; save its text instead")]
    except (MemoryError, ImportError):  # a vendor's library found no room: this process is of no more use
        raise
    except Exception:  # noqa: BLE001 - readers meet damaged files with whatever error comes first
        return [Unreadable(raw.path, "is damaged, or not what its name says; open it and save it anew")]
    fingerprint = hashlib.sha256(raw.data).hexdigest()
    return [Document(raw.path, text + "\n", one_line(extract.title), fingerprint)]


def _extract(kind: str | None, raw: Raw, limits: Limits) -> Extract:
    """The vendors of each kind are imported where it is read: Markdown needs none of them."""
    if kind == "markdown":
        return read_markdown(raw.data, raw.encoding)
    if kind == "text":
        return read_text(raw.data, raw.encoding)
    if kind == "html":
        from knowledge.ingestion.formats.html import read_html

        return read_html(raw.data, raw.encoding)
    if kind == "pdf":
        from knowledge.ingestion.formats.pdf import read_pdf

        return read_pdf(raw.data, limits=limits)
    if kind == "docx":
        from knowledge.ingestion.formats.docx import read_docx

        return read_docx(raw.data, limits=limits)
    raise RefusedError(f"is of a kind that is not read; {READ}")


def confine(limits: Limits) -> None:
    """Bound this process before it sees a source: memory, no files to write, few to open, no core dump."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return source.read(LENGTH.unpack(head)[0])


if __name__ == "__main__":
    main()
