"""The parts of an address in a customer's words: pure functions over text, for the offline model."""

import re

# Postcode before or after the town: "D02 X285 Dublin", "80331 München", "Galway H91 E9C2".
_POSTCODE = re.compile(
    r"\b(?:[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2})?|\d{2}-\d{3})\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^.*?\b(?:address(?: is| to)?|send (?:it|them) to|deliver (?:it )?to|(?:ship|change) (?:it )?to|to|is)\s*:?\s+(?=\S*\s*\S*\d|\d)",
    re.IGNORECASE | re.DOTALL,
)
# What is said before a recipient: "please send it to Maeve Brennan", "change the recipient to Niamh Brennan".
_NAME_LEAD_IN = re.compile(
    r"^.*?\b(?:send|ship|deliver|change|make|set|update|recipient|goes|go)\b.*?\b(?:to|is|be)\b\s*:?\s+(?=\w)",
    re.IGNORECASE | re.DOTALL,
)
_STATE = re.compile(r"[A-Z]{2}")
_OBJECTION = re.compile(r"(?:no|oh no|sorry|actually|wait|oops)[!.]?", re.IGNORECASE)  # "no, 41 Quay Street"
_COURTESY = re.compile(
    r"(?:[\s,]+(?:please|pls|plz|instead|thanks|thank you|now|bitte|danke|merci|por favor|gracias|per favore|grazie|obrigad[oa]|graag|alstublieft|proszę))+$",
    re.IGNORECASE,
)
# The same in other languages: "die neue Adresse ist …", "bitte an …", "… schicken statt an die alte Adresse".
_ADDRESS_IS = re.compile(
    r"^.*?\b(?:\w*adresse|\w*anschrift|dirección|indirizzo|morada|endereço|\w*adres)\b(?: (?:ist|lautet|est|es|è|é|is|to))?\s*:?\s+(?=\S)",
    re.IGNORECASE | re.DOTALL,
)
# Only at the beginning or after a word that sends: in "Rua do Carmo 5" it belongs to the name.
_TOWARDS = re.compile(
    r"^\W*(?:(?:.*\b)?(?i:bitte|schick\w*|send\w*|liefer\w*|envo\w*|livr\w*|envi\w*|sped\w*|mand\w*|stuur\w*|wyśl\w*|por favor|per favore|graag|proszę)\b.*?)?"
    r"\b(?:an|nach|à|chez|al?|para|naar|do|na)\s+(?=[A-ZÀ-ÞĀ-Ž0-9])",
    re.DOTALL,
)
_AFTERWARDS = re.compile(
    r"(?:\s+(?:ver)?(?:schicken|senden|liefern|sturen|bezorgen))?(?:\s+(?:(?:an)?statt|au lieu|en lugar|en vez|invece|em vez|in plaats|zamiast)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LINE = 200  # characters; what is longer is no line of an address
_COUNTRIES = {
    "ireland": "IE", "éire": "IE", "germany": "DE", "deutschland": "DE", "france": "FR", "netherlands": "NL",
    "the netherlands": "NL", "belgium": "BE", "austria": "AT", "spain": "ES", "italy": "IT", "portugal": "PT",
    "poland": "PL", "polska": "PL", "denmark": "DK", "sweden": "SE", "finland": "FI", "norway": "NO",
    "switzerland": "CH", "united kingdom": "GB", "uk": "GB", "great britain": "GB", "luxembourg": "LU",
    "usa": "US", "united states": "US",
}  # fmt: skip


def address_fields(text: str) -> dict[str, str]:
    """Parts of an address as typed in lines or between commas; only those that are found.

    Keys: name, line1, line2, postcode, city, state, country (ISO 3166-1 alpha-2).
    """
    found: dict[str, str] = {}
    text = re.sub(r"\bTT[\s-]?\d{4,6}\b|#?\b[A-Z]{1,2}\d{6,9}\b", "", text, flags=re.IGNORECASE)
    text = _AFTERWARDS.sub("", _COURTESY.sub("", text.rstrip(" .!?\n")), count=1)
    parts = [part.strip(" .") for part in re.split(r"[,\n;]+", text) if part.strip(" .")]
    while parts and _OBJECTION.fullmatch(parts[0]):
        parts.pop(0)
    if parts and parts[-1].casefold() in _COUNTRIES:
        found["country"] = _COUNTRIES[parts.pop().casefold()]
    rest: list[str] = []
    for place, part in enumerate(parts):
        match = _POSTCODE.search(part) if place or len(parts) == 1 else None
        town = (part[: match.start()] + part[match.end() :]).strip(" ,") if match else ""
        if match and not re.search(r"\d", town):
            found["postcode"] = match.group().upper()
            if _STATE.fullmatch(town) and rest:  # "Seattle, WA 98101"
                found |= {"state": town, "city": rest.pop()}
            elif town:
                found["city"] = town
            elif rest and "city" not in found and not re.search(r"\d", rest[-1]):
                found["city"] = rest.pop()
        elif "postcode" in found and "city" not in found:
            found["city"] = part
        else:
            rest.append(part)
    return found | _street_lines(rest, town_is_known="city" in found or "postcode" in found)


def _street_lines(lines: list[str], *, town_is_known: bool) -> dict[str, str]:
    """Recipient, street and the rest of what is left without postcode and town."""
    street = next((i for i, line in enumerate(lines) if re.search(r"\d", line)), None)
    if street is None:
        return {}
    found, after = {"line1": _without(lines[street], _LEAD_IN)}, lines[street + 1 :]
    if street > 0 and not _LEAD_IN.match(lines[street - 1] + " 1"):
        found["name"] = _without(lines[street - 1], _NAME_LEAD_IN)
    if after and not town_is_known and not re.search(r"\d", after[-1]):
        found["city"] = after.pop()  # "2 Eyre Square, Galway": the postcode may come in the next message
    if after:
        found["line2"] = ", ".join(after)
    return found


def _without(line: str, lead_in: re.Pattern[str]) -> str:
    """The line without what leads to it, in English or in another language."""
    rest = lead_in.sub("", line)
    if rest != line or len(line) > _LONGEST_LINE:
        return rest
    return _TOWARDS.sub("", _ADDRESS_IS.sub("", line))
