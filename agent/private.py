"""Personal data out of what customers and colleagues wrote, before it may become part of an article.

What is found is replaced by a visible blank such as "[name]", so that an author sees that something stood there.
"""

import re
import unicodedata
from collections.abc import Iterable

from agent import personal
from agent.incoming import mask_cards
from agent.personal import UPPER

CARD, ACCOUNT, EMAIL, LINK = "[card number]", "[account number]", "[e-mail address]", "[link]"
ORDER, CASE, ADDRESS, PHONE, NUMBER = (
    "[order number]", "[case number]", "[address]", "[phone number]", "[number]",
)  # fmt: skip
NAME = "[name]"
BLANK = re.compile(
    "|".join(re.escape(b) for b in (CARD, ACCOUNT, EMAIL, LINK, ORDER, CASE, ADDRESS, PHONE, NUMBER, NAME))
)

# What stands beside a street belongs to it: "…, 0155 Oslo", ", Galway", and the next line of the address.
_GOES_ON = re.compile(
    rf"(?:\b\d{{1,5}}\s+)?\[address\](?:\s*,?\s*\[address\]|[,\s]+\d{{4,5}}\b(?:\s+[{UPPER}][\w-]+)?"
    rf"|,\s*[{UPPER}][\w-]+(?=[\s,.!?]|$)|\s*\n[\s>]*[{UPPER}][\w'-]*(?: [{UPPER}][\w'-]*){{0,2}}(?: \d{{4,6}})?(?=\s*(?:\n|$)))*"
)
_INTRODUCED = re.compile(
    r"\b(?i:my name is|my name's|i am called|this is|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|me llamo|mi chiamo"
    rf"|ik heet|nazywam się|meu nome é)\s+([{UPPER}][\w'’-]+(?:[ \t]+[{UPPER}][\w'’-]+){{0,2}})"
)
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Mme|Madame|Monsieur|Sra?|Signora?|Pan[ai]?)\.? ([{UPPER}][\w'’-]+(?: [{UPPER}][\w'’-]*\.?){{0,2}})"
    rf"|\b[Nn]ame:[ \t]*([{UPPER}][\w'’-]+(?:[ \t]+[{UPPER}][\w'’-]*\.?){{0,3}})"
)
_HELLO = r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|sehr geehrte[r]?(?: frau| herr)?|bonjour|hola|ciao|dzień dobry|beste)"
_GREETED = re.compile(
    rf"^\W*(?i:{_HELLO})(?: (?:Mr|Mrs|Ms|Dr)\.?)?[ \t]+([{UPPER}][\w'’-]+(?:[ \t]+[{UPPER}][\w'’-]+)?)\s*(?:[,!.:–-]|$)",
    re.MULTILINE,
)
_GREETING = re.compile(
    rf"\A\W*(?:{_HELLO})\b(?:[ \t]+(?!(?:i|we|you|can|do|does|is|are|how|what|where|when)\b)[\w'’.\[\]-]+){{0,3}}?\s*(?:[,!:–-]|\.(?=\s)|\n|\Z)\s*",
    re.IGNORECASE,
)
_GOODBYE = (
    r"(?:(?:kind|best|warm|many) (?:regards|wishes|thanks)|regards|best|all the best|sincerely|yours(?: \w+)?|cheers|thanks(?: so much| a lot| again)?"
    r"|thank you(?: very much| again)?|take care|mit freundlichen grüßen|viele grüße|liebe grüße|cordialement|saludos|cordiali saluti|pozdrawiam)"
)
_SIGN_OFF = re.compile(
    rf"(?:\A|\n|(?<=[.!?])[ \t]+)[ \t]*{_GOODBYE}[ \t]*(?:[,!.–-]+[^\n]{{0,40}}|[ \t]*)(?:\n[^\n]{{0,60}}){{0,4}}\s*\Z",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"\n\W*([{UPPER}][\w'’-]+(?: [{UPPER}][\w'’-]+)?)\W*\Z")
_NOBODY = frozenset(
    [
        "there",
        "all",
        "team",
        "everyone",
        "everybody",
        "sir",
        "sirs",
        "madam",
        "madams",
        "support",
        "together",
        "again",
        "customer",
        "customers",
        "guys",
        "folks",
    ]
)
# Names that are words too: only blanked where they are written with a capital.
_ALSO_WORDS = frozenset(
    "will mark may grace rose bill art hope joy faith summer dawn rich frank max june april august young long black white "  # noqa: SIM905
    "green brown day hill price cash king bush chase drew pat sue rob page stone wood field best good bright sharp reed "
    "lane street ford cook baker miller smith weber".split()
)
_SHORT = 2  # letters; such a part of a name ("Li", "Jo") is blanked only as it is written


def without_personal_data(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with visible blanks where personal data stood.

    Found by form: card, account, order, case and phone numbers (any run of seven digits and more), e-mail addresses,
    links that carry a query or a number, postal addresses in the usual European and American forms. Found by
    knowledge: `names` of the people concerned, whole and in parts, and names that the text itself introduces ("my
    name is …", "Hi …,"). Limits: a name that nobody has told, an address in words alone, a number spelt out and what
    only a person would recognise stay. The shop's own address or telephone number goes, too. So a person reads
    every draft before it is published.
    """
    text = unicodedata.normalize("NFC", text)
    known = [*names, *names_said(text)]
    text = personal.MASKED_CARD.sub(CARD, mask_cards(text))
    for pattern, blank in (
        (personal.EMAIL, EMAIL),
        (personal.LINK, LINK),
        (personal.IBAN, ACCOUNT),
        (personal.CASE, CASE),
    ):
        text = pattern.sub(blank, text)
    # Addresses first: "DE 80331 München" is none of an order's numbers.
    text = personal.POSTCODE.sub(ADDRESS, personal.STREET.sub(ADDRESS, text))
    text = _GOES_ON.sub(ADDRESS, text)
    text = personal.ORDER.sub(_blank_order, text)
    text = personal.IDENTIFIER.sub(NUMBER, text)
    text = personal.LONG_NUMBER.sub(_blank_number, text)
    return _without_names(text, known)


def names_said(text: str) -> list[str]:
    """Names that a text tells by itself: of who introduces themselves, who is greeted or has a title, who signs."""
    patterns = (_INTRODUCED, _GREETED, _TITLED)
    found = [match[match.lastindex or 0] for pattern in patterns for match in pattern.finditer(text)]
    if (sign_off := _SIGN_OFF.search(text)) and (signed := _SIGNED.search(sign_off[0])):
        found.append(signed[1])
    return [name for name in found if name.casefold() not in _NOBODY]


def without_courtesies(text: str, *, names: Iterable[str] = ()) -> str:
    """The text without its greeting ("Hi Maeve,") and its sign-off ("Best, Aoife"), or a last line that is a name."""
    signatures = {
        "name",
        *(name.casefold() for whole in names for name in (whole, *whole.split())),
    }  # or a blank
    lines = text.strip().split("\n")
    if len(lines) > 1 and re.sub(r"^\W+|\W+$", "", lines[-1]).casefold() in signatures:
        lines.pop()
    kept = _GREETING.sub("", "\n".join(lines).strip())
    kept = _SIGN_OFF.sub("", kept).strip()
    return kept[:1].upper() + kept[1:]


def _blank_order(match: re.Match[str]) -> str:
    number = match["number"]
    # "order 10432" is one blank; "order TT-10432" says that it is an order also without the number.
    return match[0].removesuffix(number) + ORDER if number and not number[0].isdigit() else ORDER


def _blank_number(match: re.Match[str]) -> str:
    found = match.group()
    if personal.NO_PHONE.fullmatch(found):
        return found
    return NUMBER if found.isdigit() and not found.startswith("0") else PHONE


def _without_names(text: str, names: Iterable[str]) -> str:
    pattern = names_pattern(names)
    if pattern is None:
        return text
    return re.sub(rf"{re.escape(NAME)}(?:[ -]{re.escape(NAME)})+", NAME, pattern.sub(NAME, text))


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these names, whole and in parts, however they are written; None where there is no name."""
    parts: set[str] = set()
    for name in names:
        whole = unicodedata.normalize("NFC", " ".join(name.split()))
        # A particle ("de", "van") names nobody; it is written small.
        parts |= {whole, *(part for part in re.split(r"[\s-]+", whole) if part[:1].isupper())}
    parts |= {_without_accents(part) for part in parts}
    longest_first = sorted((p for p in parts if any(c.isalpha() for c in p)), key=lambda p: (-len(p), p))
    if not longest_first:
        return None
    return re.compile(rf"(?<![\w\[])(?:{'|'.join(map(_as_written, longest_first))})(?!\w)")


def _as_written(part: str) -> str:
    exactly = len(part) <= _SHORT or part.casefold() in _ALSO_WORDS
    return re.escape(part) if exactly else f"(?i:{re.escape(part)})"


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).replace("ł", "l").replace("Ł", "L")
