"""What comes in from outside is made safe once, at the door: control characters out, card numbers masked."""

import re
import unicodedata

MAX_CHARACTERS = 4000

_KEPT_CONTROLS = "\n\t"
# Embeddings and overrides turn the order of whatever stands around them; right-to-left text needs none of them.
_TURNING = "\u202a\u202b\u202c\u202d\u202e"
_ISOLATES, _END_OF_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069"
_BLANK_LOOKING = "\u2800\u3164\uffa0\u115f\u1160"  # letters and signs without any ink
# Marks on one letter: vowels, accents and cantillation of real scripts come to five or six, a tower of them is no writing.
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOWERS = re.compile(f"([{_MARKS}]{{6}})[{_MARKS}]+")
_FLOOD = re.compile(r"\n(?:[ \t]*\n){3,}")
# 13 to 19 digits (ISO/IEC 7812) with at most two separators, invisible characters or tags between them, or groups on
# lines of their own.
_BETWEEN = r"(?:[ \t\u00a0.\-–—_*\u200b-\u200d\u2060\ufeff]|</?[A-Za-z]{1,8}>){0,2}"
_CARD = re.compile(
    rf"(?<!\d)\d(?:{_BETWEEN}\d){{12,18}}(?!\d)|(?<!\d)\d{{4}}(?:[ \t]*\r?\n[ \t]*\d{{2,6}}){{2,4}}(?!\d)"
)
# How bank cards begin (ISO/IEC 7812 industry identifiers, with UnionPay's 81 and JCB's 1800): every tenth order number
# of so many digits passes the Luhn check by chance.
_BANK_CARD = re.compile(r"[2-6]|81|1800")

_CHECK_CODE = re.compile(
    r"\b(?i:cvv2?|cvc2?|security code|prüfnummer|prüfziffer|cryptogramme)\b\W{0,3}(?:(?i:is|ist|est) )?\d{3,4}\b"
)


class MessageRefusedError(ValueError):
    """A message that cannot be taken; says why and what to do."""


def clean(text: str, *, what: str = "text") -> str:
    """The text without control characters, card numbers masked (law 10). What only disturbs is calmed: marks that turn the
    writing around them, towers of accents, floods of empty lines. Nothing else is changed.

    Raises `MessageRefusedError` if nothing is left or it is longer than `MAX_CHARACTERS`.
    """
    kept = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))
    kept = _calmed(kept).strip()
    if not kept.strip(f"{_INVISIBLE}{_BLANK_LOOKING} \n\t"):
        raise MessageRefusedError(f"{what}: the message is empty. Write something first.")
    if len(kept) > MAX_CHARACTERS:
        raise MessageRefusedError(
            f"{what}: the message has {len(kept)} characters, {MAX_CHARACTERS} are allowed. Send it in parts."
        )
    return mask_cards(kept)


def _calmed(text: str) -> str:
    if any(c in text for c in _TURNING):
        text = text.translate(dict.fromkeys(map(ord, _TURNING)))
    if sum(map(text.count, _ISOLATES)) != text.count(_END_OF_ISOLATE):
        text = text.translate(dict.fromkeys(map(ord, _ISOLATES + _END_OF_ISOLATE)))
    return _FLOOD.sub("\n\n\n", _TOWERS.sub(r"\1", text))


def mask_cards(text: str) -> str:
    """Card numbers (13-19 digits that begin as bank cards do and pass the Luhn check) with all but the last four digits
    hidden, and their check codes, which nobody may keep.
    """

    def mask(match: re.Match[str]) -> str:
        digits = [int(c) for c in match.group() if c.isdigit()]
        number = "".join(map(str, digits))
        return f"•••• {number[-4:]}" if _BANK_CARD.match(number) and _luhn(digits) else match.group()

    return _CHECK_CODE.sub(lambda code: re.sub(r"\d{3,4}\Z", "•••", code[0]), _CARD.sub(mask, text))


def _luhn(digits: list[int]) -> bool:
    """ISO/IEC 7812-1 annex B."""
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))]  # noqa: PLR2004 - 2·5 has two digits
    return sum(doubled) % 10 == 0
