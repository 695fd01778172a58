"""Names for articles, made of what their sources are called."""

import hashlib
import re
import unicodedata
from urllib.parse import unquote, urlsplit

LONGEST = 80  # characters
_OTHER = re.compile(r"[^a-z0-9]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def slug_of(text: str) -> str:
    """Lower-case words joined by hyphens; accents go. A text without Latin letters or digits gets a name by its hash."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    slug = _OTHER.sub("-", plain).strip("-")
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or f"article-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def slug_of_path(path: str) -> str:
    """The name of the article that a source becomes: the file's, the row's (after #), or the last part of a web address."""
    if "://" in path:
        address = urlsplit(path)
        segments = [part for part in unquote(address.path).split("/") if part]
        return slug_of(_ENDING.sub("", segments[-1]) if segments else address.hostname or path)
    file, _, row = path.rpartition("/")[2].partition("#")
    return slug_of(row or _ENDING.sub("", file))
