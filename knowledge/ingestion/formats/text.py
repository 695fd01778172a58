"""Plain text and Markdown: the encoding, and characters and nesting that nothing behind this can use."""

import codecs
import re
import unicodedata

from knowledge.ingestion.formats import Extract, RefusedError

LONGEST_TITLE = 200  # characters
_BOMS = (  # the longer ones first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What texts are found in. Left to all the encodings that it knows, the detector takes short texts for rare ones.
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "cp932", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_SAMPLE = 64 * 1024  # bytes that the encoding is told by
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_BINARY = 0.05  # share of bytes that are no characters; random bytes have 0.11
_NO_TEXT = "is no text; if it is a document, give it the ending of its kind, else leave it out"
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_DEEPEST = 100  # quotes, lists or brackets inside each other
_NESTED = re.compile(rf"^(?:[ \t]*(?:>|[-+*][ \t]|\d{{1,9}}[.)][ \t])){{{_DEEPEST + 1}}}", re.MULTILINE)
_BRACKETS = re.compile(r"\\.|[\[\]]|\n[ \t]*\n")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^```.*?^```|^~~~.*?^~~~|^# +(?P<title>.+?)[ #]*$", re.DOTALL | re.MULTILINE)


def read_markdown(data: bytes, encoding: str | None = None) -> Extract:
    """Markdown as it is; its title is its first heading of level 1. Raises `RefusedError`."""
    text = tidy(decode(data, encoding))
    body = _FRONT_MATTER.sub("", text, count=1)
    titles = (match["title"] for match in _HEADING.finditer(body))
    return Extract(text, next((title for title in titles if title and "\n" not in title), None))


def read_text(data: bytes, encoding: str | None = None) -> Extract:
    """Plain text. A first line that stands alone and ends like no sentence is its title. Raises `RefusedError`."""
    text = tidy(decode(data, encoding)).strip("\n")
    if text.startswith(("---\n", "# ")):
        return read_markdown(data, encoding)
    first, _, rest = text.partition("\n")
    alone = not rest or rest.startswith("\n")
    if alone and rest and len(first) <= LONGEST_TITLE and not first.rstrip().endswith((".", ":", ",", ";")):
        return Extract(rest.strip("\n"), first.strip())
    return Extract(text)


def decode(data: bytes, encoding: str | None = None) -> str:
    """The text of bytes; `encoding` is what their sender says, and not trusted. Raises `RefusedError`."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, errors="replace")
    if b"\0" in data[:_SAMPLE]:
        return _utf_16(data)
    sample = data[:_SAMPLE]
    if len(_BINARY.findall(sample)) > _MOST_BINARY * len(sample):
        raise RefusedError(_NO_TEXT)
    for name in filter(None, (encoding, "utf-8")):
        try:
            return data.decode(name)
        except (LookupError, ValueError):  # no encoding that Python knows, or not the one of these bytes
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    if best is None:
        raise RefusedError(_NO_TEXT)
    return data.decode(best.encoding, errors="replace")


def tidy(text: str) -> str:
    """With line feeds as the only line ends, without control characters, and composed (NFC).

    Raises `RefusedError` for nesting that would cost its readers their stack.
    """
    text = unicodedata.normalize("NFC", _CONTROL.sub("", _LINE_END.sub("\n", text)))
    if _NESTED.search(text) or _bracket_depth(text) > _DEEPEST:
        raise RefusedError(f"has quotes, lists or brackets more than {_DEEPEST} deep; take that part out")
    return text


def one_line(text: str | None) -> str | None:
    """A title as one line of bearable length, None if nothing is left."""
    words = " ".join(_CONTROL.sub("", text or "").split())
    if len(words) > LONGEST_TITLE:
        words = words[:LONGEST_TITLE].rpartition(" ")[0] or words[:LONGEST_TITLE]
    return words or None


def _utf_16(data: bytes) -> str:
    """UTF-16 without a byte order mark. Of both orders one gives words; spaces and line ends tell which."""
    if len(data) % 2:
        raise RefusedError(_NO_TEXT)
    texts = [data.decode(name, errors="replace") for name in ("utf-16-le", "utf-16-be")]
    best = max(texts, key=lambda text: sum(text[:_SAMPLE].count(sign) for sign in " \n,."))
    head = best[:_SAMPLE]
    strange = sum(not (sign.isprintable() or sign in "\t\r\n\f") or sign == "\ufffd" for sign in head)
    if strange > _MOST_BINARY * len(head):
        raise RefusedError(_NO_TEXT)
    return best


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        sign = match[0]
        if sign == "[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign == "]":
            depth = max(depth - 1, 0)
        elif sign.startswith("\n"):
            depth = 0
    return deepest
