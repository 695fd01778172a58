"""Tokens in place of personal data in what leaves for a model provider, and the data again in what comes back (law 10).

A veil is made anew for each request, from what is known then; nothing is stored. A token's number is a keyed digest of
the value, with the conversation's id as the key: the same value has the same token in every request of the
conversation, whatever else is in it, in every process and after a restart, and says nothing outside of it.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from agent import personal
from agent.addresses import is_country
from agent.incoming import mask_cards
from agent.known import Kind, Value
from agent.personal import UPPER
from agent.private import names_pattern

_FIRST, _LAST = 1000, 9999
# As models write them, too: with entities or Markdown's escapes, or without the brackets.
_TOKEN = re.compile(rf"(?:<|&lt;|\\<)?\b({'|'.join(Kind)})\\?_(\d{{1,9}})(?!\d)(?:\\?>|&gt;)?")
_MAY_BE_TOKEN = re.compile(r"[<>&;\\_A-Z0-9lgt]{1,32}\Z")  # no longer than a token with all its escapes

# While a text is worked on, each value found is one character of a plane for private use: no later pattern takes it
# for anything, and it passes through JSON and entities unchanged.
_PLANE = 0xF0000
_MARK = re.compile("[\U000f0000-\U000ffffd]")
_PLACE = rf"[{UPPER}][\w'’-]+(?:[ ][{UPPER}][\w'’-]+){{0,2}}"
_BESIDE = re.compile(  # what stands beside a street or a postcode belongs to it
    rf"(?P<mark>[\U000f0000-\U000ffffd])(?P<gap>\s*,\s*|\s*\n[\s>]*|[ ]+)(?:(?P<postcode>\d{{4,6}}(?:-\d{{3,4}})?)\b(?P<then>,?\s+)?)?"
    rf"(?:(?P<city>{_PLACE})(?:(?P<last>[ ]+)(?P<zip>\d{{4,6}}(?:-\d{{4}})?)\b)?)?(?=[\s,.!?]|\Z)"
)
_BEFORE = re.compile(r"(?<![\w€$£.,])(?P<number>\d{2,5})(?P<gap>\s+)(?=(?P<mark>[\U000f0000-\U000ffffd]))")
_CITY_LAST = re.compile(
    rf"(?P<postcode>.*\d\S*?(?: [A-Z]{{2}}| \d[A-Z\d]{{2,3}})?)(?P<gap>,?\s+)(?P<city>[{UPPER}]\w*[a-z-]\w*)",
    re.DOTALL,
)
_ONLY_A_NUMBER = re.compile(r"(?P<before>\A\W*)(?P<number>\d{4,6})(?=\W*\Z)")
_OF_ADDRESS = frozenset({Kind.ADDRESS, Kind.POSTCODE, Kind.CITY})
_LONG_ENOUGH = 5  # characters of a postcode or digits of an order number that say by themselves what they are


@dataclass
class _Covered:
    kind: Kind
    identity: str
    shown: str
    token: str


class Veil:
    """Covers texts and uncovers them again.

    `values` are known to be personal, `names` are names that the texts themselves tell. Everything else is found by its
    form (`agent/personal.py`). A name that nobody has told and that no form gives away is not found.
    """

    def __init__(self, conversation: str, values: Iterable[Value] = (), names: Iterable[str] = ()) -> None:
        self._key = blake2b(conversation.encode()).digest()
        values = [(kind, " ".join(value.split())) for kind, value in values]
        self._forms = _forms(values)
        self._known = _any_of(self._forms)
        told = [*(value for kind, value in values if kind is Kind.NAME), *names]
        self._names = names_pattern(told)
        self._spelt = {_key(part): part for name in reversed(told) for part in (*name.split(), name)}
        self._covered: list[_Covered] = []
        self._by_token: dict[str, _Covered] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing has been covered yet."""
        return not self._covered

    def cover(self, text: str, *, fenced: bool = False) -> str:
        """The text with tokens. `fenced`: it stands escaped in a fence, as `agent.prompts.fence` does it."""
        return self.tokens(
            html.escape(self.marked(html.unescape(text)), quote=False) if fenced else self.marked(text)
        )

    def tokens(self, marked: str) -> str:
        """What `marked` gave, with tokens in place of its marks."""
        return _MARK.sub(lambda mark: self._at(mark[0]).token, marked)

    def marked(self, text: str) -> str:
        """The text with a mark in place of every value."""
        text = _MARK.sub("\ufffd", unicodedata.normalize("NFC", text))
        text = _TOKEN.sub(lambda like: self._mark(Kind.TEXT, like[0]), text)
        text = self._all(personal.MASKED_CARD, Kind.CARD, mask_cards(text))
        if self._known:
            text = self._known.sub(self._mark_known, text)
        for pattern, kind in (
            (personal.EMAIL, Kind.EMAIL), (personal.SECRET, Kind.SECRET), (personal.LINK, Kind.LINK), (personal.IBAN, Kind.ACCOUNT), (personal.CASE, Kind.CASE),
            (personal.STREET, Kind.ADDRESS),
        ):  # fmt: skip
            text = self._all(pattern, kind, text)
        text = self._with_places(text)
        text = personal.ORDER.sub(self._mark_order, text)
        text = _ONLY_A_NUMBER.sub(self._mark_order, text)
        text = self._all(personal.IDENTIFIER, Kind.NUMBER, text)
        text = personal.LONG_NUMBER.sub(self._mark_number, text)
        return self._names.sub(self._mark_name, text) if self._names else text

    def uncover(self, text: str, *, unknown: str | None = None) -> str:
        """The text with the values again. A token that stands for nothing stays, or becomes `unknown`."""

        def value(token: re.Match[str]) -> str:
            covered = self._by_token.get(f"<{token[1]}_{token[2]}>")
            if covered:
                return covered.shown
            return token[0] if unknown is None else unknown

        return _TOKEN.sub(value, text)

    def _all(self, pattern: re.Pattern[str], kind: Kind, text: str) -> str:
        return pattern.sub(lambda found: self._mark(kind, found[0]), text)

    def _mark_known(self, found: re.Match[str]) -> str:
        return self._mark(*self._forms.get(_key(found[0]), (Kind.TEXT, found[0])))

    def _mark_order(self, found: re.Match[str]) -> str:
        number = found["number"]
        if number is None:
            return self._mark(Kind.ORDER, found[0])
        return found[0].removesuffix(number) + self._mark(Kind.ORDER, number)

    def _mark_name(self, found: re.Match[str]) -> str:
        return self._mark(Kind.NAME, self._spelt.get(_key(found[0]), found[0]))

    def _mark_number(self, found: re.Match[str]) -> str:
        if personal.NO_PHONE.fullmatch(found[0]):
            return found[0]
        plain = found[0].isdigit() and not found[0].startswith("0")
        return self._mark(Kind.NUMBER if plain else Kind.PHONE, found[0])

    def _with_places(self, text: str) -> str:
        """Postcodes and the towns beside them: tokens of their own, because a tool takes them apart."""
        text = personal.POSTCODE.sub(self._mark_postcode, text)
        text = personal.POSTCODE_NAMED.sub(
            lambda found: (
                found[0].removesuffix(found["postcode"]) + self._mark(Kind.POSTCODE, found["postcode"])
            ),
            text,
        )
        for _ in range(4):  # lines of an address
            longer = _BESIDE.sub(self._mark_beside, _BEFORE.sub(self._mark_before, text))
            if longer == text:
                break
            text = longer
        return text

    def _mark_postcode(self, found: re.Match[str]) -> str:
        parts = _CITY_LAST.fullmatch(found[0])
        if parts is None:
            return self._mark(Kind.POSTCODE, found[0])
        postcode, city = self._mark(Kind.POSTCODE, parts["postcode"]), self._mark(Kind.CITY, parts["city"])
        return f"{postcode}{parts['gap']}{city}"

    def _mark_before(self, found: re.Match[str]) -> str:
        if self._at(found["mark"]).kind is not Kind.ADDRESS:
            return found[0]
        return f"{self._mark(Kind.ADDRESS, found['number'])}{found['gap']}"

    def _mark_beside(self, found: re.Match[str]) -> str:
        kind = self._at(found["mark"]).kind
        postcode, city, last = found["postcode"], found["city"], found["zip"]
        only_space = not found["gap"].strip(" ")
        if kind not in _OF_ADDRESS or (city and not postcode and only_space and kind is not Kind.POSTCODE):
            return found[0]
        if city and not is_country(city):  # a country stays: a tool wants its code, and it is nobody's
            city = self._mark(Kind.CITY, city)
        before = f"{self._mark(Kind.POSTCODE, postcode)}{found['then'] or ''}" if postcode else ""
        after = f"{found['last']}{self._mark(Kind.POSTCODE, last)}" if last else ""
        return f"{found['mark']}{found['gap']}{before}{city or ''}{after}"

    def _mark(self, kind: Kind, value: str) -> str:
        value = _MARK.sub(lambda mark: self._at(mark[0]).shown, value)
        identity = _identity(kind, value)
        for place, covered in enumerate(self._covered):
            if covered.kind is kind and _same(kind, covered.identity, identity):
                if len(identity) > len(covered.identity):  # "TT-10432" says more than "10432"
                    covered.identity, covered.shown = identity, value
                return chr(_PLANE + place)
        covered = _Covered(kind, identity, value, self._free_token(kind, identity))
        self._covered.append(covered)
        self._by_token[covered.token] = covered
        return chr(_PLANE + len(self._covered) - 1)

    def _free_token(self, kind: Kind, identity: str) -> str:
        """Two values with one number are rare: among ten orders of a conversation once in two hundred."""
        said = _digits(identity) if kind is Kind.ORDER else identity
        digest = blake2b(f"{kind}:{said}".encode(), key=self._key, digest_size=8).digest()
        span = _LAST - _FIRST + 1
        for step in range(span):
            token = f"<{kind}_{_FIRST + (int.from_bytes(digest) + step) % span}>"
            if token not in self._by_token:
                return token
        raise OverflowError(f"more than {span} values of a kind in one request")

    def _at(self, mark: str) -> _Covered:
        return self._covered[ord(mark) - _PLANE]


class Uncovering:
    """Uncovers a stream. What may be the beginning of a token is held back until more has come."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be said after one more piece."""
        text = self._held + piece
        may_be = _MAY_BE_TOKEN.search(text)
        end = may_be.start() if may_be else len(text)
        self._held = text[end:]
        return self._veil.uncover(text[:end])

    def finish(self) -> str:
        """The rest."""
        text, self._held = self._held, ""
        return self._veil.uncover(text)


def _forms(values: Iterable[Value]) -> dict[str, Value]:
    """Every way to write a known value, but for names, and what it means."""
    forms: dict[str, Value] = {}
    for kind, value in values:
        for form in _ways_to_write(kind, value):
            # Two orders with the same digits: the digits alone mean neither.
            known = forms.setdefault(_key(form), (kind, value))
            if known != (kind, value) and form != value:
                forms[_key(form)] = (kind, form)
    return forms


def _ways_to_write(kind: Kind, value: str) -> list[str]:
    match kind:
        case Kind.ORDER:
            digits = _digits(value)
            ways = [value, value.replace("-", ""), value.replace("-", " ")]
            return [w for w in ways if w] + ([digits] if len(digits) >= _LONG_ENOUGH else [])
        case Kind.POSTCODE:
            return [value, value.replace(" ", "")] if len(value) >= _LONG_ENOUGH else []
        case Kind.ADDRESS:
            return [value] if len(value) >= _LONG_ENOUGH and any(c.isalpha() for c in value) else []
        case Kind.ID:  # "visa" and "i1" are words, "maeve_visa" and "10432-1" tell of somebody
            return [value] if re.search(r"[\d_]", value) and len(value) >= _LONG_ENOUGH else []
        case Kind.CITY:  # a town alone is nobody's; of two words it is not found whole beside its postcode
            return [value] if " " in value else []
        case Kind.NAME:  # found by its parts, too
            return []
    return [value] if value else []


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    if not longest_first:
        return None
    ways = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE)


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _identity(kind: Kind, value: str) -> str:
    """The same for two ways to write one value."""
    match kind:
        case Kind.ORDER | Kind.POSTCODE | Kind.NUMBER:
            return "".join(c for c in value.casefold() if c.isalnum())
        case Kind.PHONE:
            return _digits(value)
        case Kind.LINK | Kind.TEXT | Kind.ID:
            return value
    return _key(value.casefold())


def _same(kind: Kind, one: str, other: str) -> bool:
    if one == other:
        return True
    # An order's number with and without its letters.
    return kind is Kind.ORDER and (one.isdigit() or other.isdigit()) and _digits(one) == _digits(other)
