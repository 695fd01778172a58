"""When a delivery address is complete, for the countries that the shop delivers to."""

import re
import unicodedata

from agent.orders import Address

# Longest text that a carrier's label takes in one field.
MAX_FIELD = 100

# Postcode forms: UPU, Postal addressing systems, country sheets.
_POSTCODES = {
    "AT": r"\d{4}",
    "BE": r"\d{4}",
    "BG": r"\d{4}",
    "CH": r"\d{4}",
    "CY": r"\d{4}",
    "CZ": r"\d{3} ?\d{2}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "EE": r"\d{5}",
    "ES": r"\d{5}",
    "FI": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "GR": r"\d{3} ?\d{2}",
    "HR": r"\d{5}",
    "HU": r"\d{4}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "IT": r"\d{5}",
    "LT": r"(LT-)?\d{5}",
    "LU": r"(L-)?\d{4}",
    "LV": r"(LV-)?\d{4}",
    "MT": r"[A-Z]{3} ?\d{4}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "NO": r"\d{4}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "RO": r"\d{6}",
    "SE": r"\d{3} ?\d{2}",
    "SI": r"(SI-)?\d{4}",
    "SK": r"\d{3} ?\d{2}",
    "US": r"\d{5}(-\d{4})?",
}
_STATES = {
    "US": frozenset(
        """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH
        OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY""".split()  # noqa: SIM905 - a word list reads better as text
    )
}

# How customers and models write the countries; the code itself is understood too.
_NAMES = {
    "AT": "austria österreich autriche",
    "BE": "belgium belgië belgique belgien",
    "BG": "bulgaria",
    "CH": "switzerland schweiz suisse svizzera",
    "CY": "cyprus",
    "CZ": "czechia česko",
    "DE": "germany deutschland allemagne germania alemania niemcy",
    "DK": "denmark danmark",
    "EE": "estonia eesti",
    "ES": "spain españa espagne spanien",
    "FI": "finland suomi",
    "FR": "france frankreich francia frankrijk francja",
    "GB": "uk england scotland wales",
    "GR": "greece",
    "HR": "croatia hrvatska",
    "HU": "hungary magyarország",
    "IE": "ireland éire irland irlande irlanda ierland irlandia",
    "IT": "italy italia italie italien",
    "LT": "lithuania lietuva",
    "LU": "luxembourg luxemburg",
    "LV": "latvia latvija",
    "MT": "malta",
    "NL": "netherlands nederland holland niederlande",
    "NO": "norway norge norwegen norvège",
    "PL": "poland polska polen pologne",
    "PT": "portugal",
    "RO": "romania românia",
    "SE": "sweden sverige schweden",
    "SI": "slovenia slovenija",
    "SK": "slovakia slovensko",
    "US": "usa america",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()} | {
    "united kingdom": "GB",
    "great britain": "GB",
    "northern ireland": "GB",
    "the netherlands": "NL",
    "republic of ireland": "IE",
    "czech republic": "CZ",
    "united states": "US",
    "united states of america": "US",
}


def normalised(address: Address) -> Address:
    """The same address with plain spaces, an upper-case postcode and a country code where it is known."""
    country = _text(address.country)
    return Address(
        name=_text(address.name),
        line1=_text(address.line1),
        line2=_text(address.line2),
        postcode=_text(address.postcode).upper(),
        city=_text(address.city),
        country=_CODES.get(country.casefold(), country.upper()),
        state=_text(address.state).upper(),
    )


def is_country(text: str) -> bool:
    """Whether it names a country that the shop knows, or is its code."""
    return text.casefold() in _CODES or text.upper() in _POSTCODES


def unusable_fields(address: Address) -> tuple[str, ...]:
    """The fields of a normalised address that are missing, too long or not of their country's form."""
    wrong = [
        name for name in ("name", "line1", "city") if not any(c.isalnum() for c in getattr(address, name))
    ]
    wrong += [name for name in ("name", "line1", "line2", "city") if len(getattr(address, name)) > MAX_FIELD]
    form = _POSTCODES.get(address.country)
    if form is None:
        wrong.append("country")
    elif re.fullmatch(form, address.postcode, re.ASCII) is None:
        wrong.append("postcode")
    if address.country in _STATES and address.state not in _STATES[address.country]:
        wrong.append("state")
    return tuple(dict.fromkeys(wrong))


def one_line(address: Address) -> str:
    """For people, on one line."""
    parts = (
        address.name,
        address.line1,
        address.line2,
        f"{address.postcode} {address.city}",
        address.state,
        address.country,
    )
    return ", ".join(part for part in parts if part)


def _text(value: str) -> str:
    """NFC, control and invisible characters gone, runs of space made one."""
    kept = (
        " " if c.isspace() else c for c in unicodedata.normalize("NFC", value) if c.isspace() or _visible(c)
    )
    return " ".join("".join(kept).split())


def _visible(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
