"""Personal data out of what customers and colleagues wrote, before it may become part of an article.

What is found is replaced by a visible blank such as "[name]", so that an author sees that something stood there.
"""

import re
import unicodedata
from collections.abc import Iterable

from agent.incoming import mask_cards

CARD, ACCOUNT, EMAIL, LINK = "[card number]", "[account number]", "[e-mail address]", "[link]"
ORDER, CASE, ADDRESS, PHONE, NUMBER = (
    "[order number]", "[case number]", "[address]", "[phone number]", "[number]",
)  # fmt: skip
NAME = "[name]"
BLANK = re.compile(
    "|".join(re.escape(b) for b in (CARD, ACCOUNT, EMAIL, LINK, ORDER, CASE, ADDRESS, PHONE, NUMBER, NAME))
)

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĽŁŃŇŌŐŒŘŚŠŞŤŪŮŰŲŹŻŽ"
_MASKED_CARD = re.compile(r"•••• \d{4}")
_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
# A link to a page of the shop stays; one that carries a query or a long number may open somebody's parcel.
_LINK = re.compile(r"\b(?:https?://|www\.)\S*?(?:\?|\d{6})\S*", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b", re.IGNORECASE)  # ISO 13616
_CASE = re.compile(r"\bC-[0-9A-F]{8}\b", re.IGNORECASE)  # as the reception numbers them
_ORDER = re.compile(
    r"\b[A-Za-z]{1,4}-\d{4,10}\b|\b[A-Z]{2} ?\d{4,8}\b"
    r"|(?:#|\b(?i:order|bestellung|commande|pedido|ordine) (?:(?i:number|no\.?|nr\.?|n°) ?)?)#?\d{4,10}\b"
)

_PLAIN_WORD = r"(?!(?i:the|a|an|on|in|of|my|by|to|for|and|from|at|is|off|are)\b)[^\W\d_][\w.'’-]*"
_PARTICLES = r"(?:(?i:de|du|des|del|della|dei|da|do|la|le|les|los|las|van|den|der)\s+|[ldLD]['’])*"
_HOUSE = r"\d{1,5}(?:\s?[a-zA-Z]\b)?(?:[/-]\d+)?"
_STREET = re.compile(
    # 14 Sea Road
    rf"\b{_HOUSE},?\s+(?:{_PLAIN_WORD}\s+){{1,3}}?"
    r"(?:(?i:streets?|road|rd|avenue|ave|lane|terrace|crescent|quay|boulevard|blvd|gardens)|St|Drive|Dr|Close|Court|Ct"
    r"|Squares?|Place|Way|Hill|Park|Grove|Row|Mews|Parade|Highway|Trail|Parkway|Circle)\b\.?"
    # 8 rue des Capucins
    rf"|\b{_HOUSE}(?:\s(?:bis|ter))?,?\s+(?i:rue|avenue|boulevard|bd|place|allée|chemin|impasse|quai|cours)\s+"
    rf"{_PARTICLES}[\w'’-]+(?:\s+[{_UPPER}][\w'’-]+){{0,2}}"
    # Calle de Alcalá 5, ul. Długa 5/12
    r"|(?:\b(?i:calle|avenida|avda\.?|plaza|via|viale|piazza|corso|rua|ul\.|ulica|aleja)|\bc/)\s*"
    rf"{_PARTICLES}[{_UPPER}][\w'’-]+(?:\s+{_PARTICLES}[{_UPPER}][\w'’-]+){{0,3}},?\s+{_HOUSE}\b"
    # Lindenstraße 27, Storgata 11, Lange Straße 5, Keizersgracht 5
    r"|\b[^\W\d_][\w.-]*(?i:straße|strasse|str\.|platz|allee|gasse|gatan|gata|vägen|veien|straat|gracht|katu)"
    rf"\s+{_HOUSE}\b|\b[{_UPPER}]\w+(?i:[ -]straße|[ -]strasse)\s+{_HOUSE}\b"
    rf"|\b[{_UPPER}][\w-]+(?:weg|laan|plein|kade|damm|ufer|vej|gade|tie)\s+{_HOUSE}\b"
    # Parts that only an address has
    r"|\b(?i:apt|suite|flat|apartment)\.? \d+\b|\bP\.? ?O\.? ?Box \d+\b|\b(?:PSC|Unit) \d+,? Box \d+\b"
)
# Postcodes that are unlike any other text, or stand before a town; forms as in `agent.addresses`.
_POSTCODE = re.compile(
    rf"(?:\b[A-Z]\d[\dW] ?(?=\w*[A-Z])[A-Z\d]{{4}}\b|\b[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}\b)(?:,? [{_UPPER}][\w-]+)?"
    rf"|\b(?:[A-Z]{{1,2}}-)?\d{{5}}\s+[{_UPPER}][\w-]+|\b\d{{4}} ?[A-Z]{{2}}\s+[{_UPPER}][a-z][\w-]+"
    rf"|\b\d{{2}}-\d{{3}}\s+[{_UPPER}][\w-]+|\b\d{{4}}-\d{{3}}\s+[{_UPPER}][\w-]+"
    r"|\b[A-Z]{2} \d{5}(?:-\d{4})?\b"
)
# What stands beside a street belongs to it: "…, 0155 Oslo", ", Galway", and the next line of the address.
_GOES_ON = re.compile(
    rf"(?:\b\d{{1,5}}\s+)?\[address\](?:\s*,?\s*\[address\]|[,\s]+\d{{4,5}}\b(?:\s+[{_UPPER}][\w-]+)?"
    rf"|,\s*[{_UPPER}][\w-]+(?=[\s,.!?]|$)|\s*\n[\s>]*[{_UPPER}][\w'-]*(?: [{_UPPER}][\w'-]*){{0,2}}(?: \d{{4,6}})?(?=\s*(?:\n|$)))*"
)
# 7 digits and more (ITU-T E.164 allows 15), with at most two signs between them.
_LONG_NUMBER = re.compile(r"(?<![\w€$£])[+(]{0,2}\d(?:[ \t\u00a0().\-/–]{0,2}\d){6,18}(?!\w)")
_NO_PHONE = re.compile(  # days, and spans of years or of sums
    r"(?:\d{4}-\d{1,2}-\d{1,2}(?:[ \t]\d{1,2})?|\d{1,2}[./-]\d{1,2}[./-]\d{4}|(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)\d{2})"
)

_INTRODUCED = re.compile(
    r"\b(?i:my name is|my name's|i am called|this is|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|me llamo|mi chiamo"
    rf"|ik heet|nazywam się|meu nome é)\s+([{_UPPER}][\w'’-]+(?:[ \t]+[{_UPPER}][\w'’-]+){{0,2}})"
)
_HELLO = r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|sehr geehrte[r]?(?: frau| herr)?|bonjour|hola|ciao|dzień dobry|beste)"
_GREETED = re.compile(
    rf"^\W*(?i:{_HELLO})(?: (?:Mr|Mrs|Ms|Dr)\.?)?[ \t]+([{_UPPER}][\w'’-]+(?:[ \t]+[{_UPPER}][\w'’-]+)?)\s*(?:[,!.:–-]|$)",
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
_SIGNED = re.compile(rf"\n\W*([{_UPPER}][\w'’-]+(?: [{_UPPER}][\w'’-]+)?)\W*\Z")
_NOBODY = frozenset("there all team everyone everybody sir madam support together again".split())  # noqa: SIM905 - reads better
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
    text = _MASKED_CARD.sub(CARD, mask_cards(text))
    for pattern, blank in ((_EMAIL, EMAIL), (_LINK, LINK), (_IBAN, ACCOUNT), (_CASE, CASE)):
        text = pattern.sub(blank, text)
    # Addresses first: "DE 80331 München" is none of an order's numbers.
    text = _POSTCODE.sub(ADDRESS, _STREET.sub(ADDRESS, text))
    text = _GOES_ON.sub(ADDRESS, text)
    text = _ORDER.sub(ORDER, text)
    text = _LONG_NUMBER.sub(_blank_number, text)
    return _without_names(text, known)


def names_said(text: str) -> list[str]:
    """Names that a text tells by itself: of who introduces themselves, who is greeted, who signs."""
    found = [match[1] for pattern in (_INTRODUCED, _GREETED) for match in pattern.finditer(text)]
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


def _blank_number(match: re.Match[str]) -> str:
    found = match.group()
    if _NO_PHONE.fullmatch(found):
        return found
    return NUMBER if found.isdigit() and not found.startswith("0") else PHONE


def _without_names(text: str, names: Iterable[str]) -> str:
    parts: set[str] = set()
    for name in names:
        whole = unicodedata.normalize("NFC", " ".join(name.split()))
        # A particle ("de", "van") names nobody; it is written small.
        parts |= {whole, *(part for part in re.split(r"[\s-]+", whole) if part[:1].isupper())}
    parts |= {_without_accents(part) for part in parts}
    for part in sorted((p for p in parts if any(c.isalpha() for c in p)), key=len, reverse=True):
        exactly = len(part) <= _SHORT or part.casefold() in _ALSO_WORDS
        flags = re.NOFLAG if exactly else re.IGNORECASE
        text = re.sub(rf"(?<![\w\[]){re.escape(part)}(?!\w)", NAME, text, flags=flags)
    return re.sub(rf"{re.escape(NAME)}(?:[ -]{re.escape(NAME)})+", NAME, text)


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).replace("ł", "l").replace("Ł", "L")
