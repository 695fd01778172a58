"""The forms in which personal data is written: what can be found without knowing whose it is.

Two uses: `agent/private.py` puts blanks in its place for good, `agent/veil.py` tokens that are lifted again.
"""

import re

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĽŁŃŇŌŐŒŘŚŠŞŤŪŮŰŲŹŻŽ"
MASKED_CARD = re.compile(r"•••• \d{4}")
# No word here may have more than 40 letters: a message of nothing but "A-A-A-" kept the server busy for seconds.
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,40}(?:\.[\w-]{1,40}){0,8}\.[^\W\d_]{2,}")
# A link to a page of the shop stays; one that carries a query or a long number may open somebody's parcel.
LINK = re.compile(r"\b(?:https?://|www\.)\S{0,300}?(?:\?|\d{6})\S*", re.IGNORECASE)
IBAN = re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b", re.IGNORECASE)  # ISO 13616
SECRET = re.compile(  # JSON web tokens, keys of interfaces
    r"\beyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]{2,}|\b(?:sk|pk|rk|ghp|gho|xox[abp])[-_][\w-]{16,}"
)
CASE = re.compile(r"\bC-[0-9A-F]{8}\b", re.IGNORECASE)  # as the reception numbers them
ORDER = re.compile(
    r"\b[A-Za-z]{1,4}-\d{4,10}\b|\b[A-Z]{2} ?\d{4,8}\b"
    r"|(?:#|\b(?i:order|purchase|bestellung|commande|pedido|ordine) (?:(?i:number|no\.?|nr\.?|n°) ?)?)#?(?P<number>[A-Z]{0,3}-?\d{4,16}(?:-[A-Z\d]{1,4})?)\b"
)  # `number` is the number itself, where a word stands before it
# A word of eight characters and more with six digits among its capital letters: a licence, a parcel, a passport.
IDENTIFIER = re.compile(r"\b(?=[A-Z]*\d)(?=\d*[A-Z])(?=(?:[A-Z]*\d){6})[A-Z\d]{8,30}\b")

_PLAIN_WORD = r"(?!(?i:the|a|an|on|in|of|my|by|to|for|and|from|at|is|off|are)\b)[^\W\d_][\w.'’-]{0,40}"
_PARTICLES = r"(?:(?i:de|du|des|del|della|dei|da|do|la|le|les|los|las|van|den|der)\s+|[ldLD]['’])*"
_HOUSE = r"\d{1,5}(?:\s?[a-zA-Z]\b)?(?:[/-]\d+)?"
_FLAT = r"(?i:apt|suite|flat|apartment)\.? \d+"
STREET = re.compile(
    # Whatever stands before a flat's number: 928 Kesk 53 Apt. 7
    rf"(?:\b\d{{1,5}}\s+)?\b[{UPPER}][\w.'’-]{{0,40}}(?:\s+[\w.'’-]{{1,40}}){{0,3}}?\s+\d{{1,4}}[a-z]?\.?(?=[,\s]+{_FLAT}\b)|"
    # 14 Sea Road
    rf"\b{_HOUSE},?\s+(?:{_PLAIN_WORD}\s+){{1,3}}?"
    r"(?:(?i:streets?|road|rd|avenue|ave|lane|terrace|crescent|quay|boulevard|blvd|gardens)|St|Drive|Dr|Close|Court|Ct"
    r"|Squares?|Place|Way|Hill|Park|Grove|Row|Mews|Parade|Highway|Trail|Parkway|Circle)\b\.?"
    # 8 rue des Capucins
    rf"|\b{_HOUSE}(?:\s(?:bis|ter))?,?\s+(?i:rue|avenue|boulevard|bd|place|allée|chemin|impasse|quai|cours)\s+"
    rf"{_PARTICLES}[\w'’-]{{1,40}}(?:\s+(?!{_FLAT})[{UPPER}][\w'’-]{{1,40}}){{0,2}}"
    # Calle de Alcalá 5, ul. Długa 5/12
    r"|(?:\b(?i:calle|avenida|avda\.?|plaza|via|viale|piazza|corso|rua|ul\.|ulica|aleja)|\bc/)\s*"
    rf"{_PARTICLES}[{UPPER}][\w'’-]{{1,40}}(?:\s+{_PARTICLES}[{UPPER}][\w'’-]{{1,40}}){{0,3}},?\s+{_HOUSE}\b"
    # Lindenstraße 27, Storgata 11, Lange Straße 5, Keizersgracht 5
    r"|\b[^\W\d_][\w.-]{0,40}(?i:straße|strasse|str\.|platz|allee|gasse|gatan|gata|vägen|veien|straat|gracht|katu)"
    rf"\s+{_HOUSE}\b|\b[{UPPER}]\w{{1,40}}(?i:[ -]straße|[ -]strasse)\s+{_HOUSE}\b"
    rf"|\b[{UPPER}][\w-]{{1,40}}(?:weg|laan|plein|kade|damm|ufer|vej|gade|tie)\s+{_HOUSE}\b"
    # Parts that only an address has
    rf"|\b{_FLAT}\b|\b(?i:p\.? ?o\.? ?box \d+|(?:psc|unit) \d+,? box \d+)\b"
)
# Postcodes that are unlike any other text, or stand before a town; forms as in `agent.addresses`.
POSTCODE = re.compile(
    rf"(?:\b[A-Z]\d[\dW] ?(?=\w*[A-Z])[A-Z\d]{{4}}\b|\b[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}\b)(?:,? [{UPPER}][\w-]{{1,40}})?"
    rf"|\b(?:[A-Z]{{1,2}}-)?\d{{5}}\s+[{UPPER}][\w-]{{1,40}}|\b\d{{4}} ?[A-Z]{{2}}\s+[{UPPER}][a-z][\w-]{{1,40}}"
    rf"|\b\d{{2}}-\d{{3}}\s+[{UPPER}][\w-]{{1,40}}|\b\d{{4}}-\d{{3}}\s+[{UPPER}][\w-]{{1,40}}"
    r"|\b[A-Z]{2} \d{5}(?:-\d{4})?\b"
)
POSTCODE_NAMED = re.compile(
    r"\b(?i:zip|zip ?code|post ?code|postal code|plz|postleitzahl|code postal|código postal|codice postale|kod pocztowy)"
    r"(?i: is| ist| est| es| è|:)?\s+(?P<postcode>\d{3,6}(?:[ -]\d{2,4})?)\b"
)
# 7 digits and more (ITU-T E.164 allows 15), with at most two signs between them.
LONG_NUMBER = re.compile(r"(?<![\w€$£])[+(]{0,2}\d(?:[ \t\u00a0().\-/–]{0,2}\d){6,18}(?!\w)")
NO_PHONE = re.compile(  # days, and spans of years or of sums
    r"(?:\d{4}-\d{1,2}-\d{1,2}(?:[ \t]\d{1,2})?|\d{1,2}[./-]\d{1,2}[./-]\d{4}|(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)\d{2})"
)
