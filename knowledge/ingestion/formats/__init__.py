"""The kinds of sources, one module each: bytes to Markdown. They run in a child process (`worker`)."""

from dataclasses import dataclass


class RefusedError(ValueError):
    """A source that is not read. The message follows its path, and tells the mend."""


@dataclass(frozen=True)
class Extract:
    """What a source says, as Markdown, and what it calls itself."""

    text: str
    title: str | None = None
