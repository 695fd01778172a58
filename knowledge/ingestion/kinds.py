"""Which kind a source is, by its path and its first bytes."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

READ = "Markdown, text, HTML, PDF, DOCX and CSV are"
_KINDS = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown",
    ".txt": "text", ".text": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".pdf": "pdf", ".docx": "docx",
    ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
# Documents that somebody may expect to be read; all other files of a folder are passed over.
_OTHER_DOCUMENTS = {
    ".adoc", ".doc", ".docm", ".dotx", ".eml", ".epub", ".key", ".mdx", ".mht", ".mhtml", ".msg", ".numbers", ".odp",
    ".ods", ".odt", ".org", ".pages", ".ppt", ".pptx", ".rst", ".rtf", ".tex", ".wpd", ".xls", ".xlsm", ".xlsx",
}  # fmt: skip
_HTML = re.compile(
    rb"(?:\s|<!--.*?-->|<\?xml.*?\?>)*+<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def ending_of(path: str) -> str:
    """The ending of a file's name or a web address, in lower case, with its dot; empty if there is none."""
    return PurePosixPath(urlsplit(path).path if "://" in path else path).suffix.lower()


def kind_by_ending(path: str) -> str | None:
    """The kind that a path's ending tells, None if it tells none."""
    return _KINDS.get(ending_of(path))


def is_other_document(path: str) -> bool:
    """Whether a path's ending is that of a document which is not read."""
    return ending_of(path) in _OTHER_DOCUMENTS


def kind_of(path: str, data: bytes) -> str | None:
    """The kind of a source, None if it is not one that is read."""
    ending = ending_of(path)
    if kind := _KINDS.get(ending):
        return kind
    if data.startswith(b"%PDF-"):
        return "pdf"
    if _HTML.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return None if ending or "://" in path else "text"
