"""Places in a question, told as an article would: a town by its country, a country that no article names as "another country".

An article on delivery names countries, and not all of them; a customer names a town. Names are those of `places.yaml`.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from knowledge import yaml_files

ANOTHER = "another country"


def by_country(text: str, told: Callable[[str], bool]) -> str:
    """The text with places in the words of articles. `told`: whether any article has this word; such a place stays as it is."""

    def instead(match: re.Match[str]) -> str:
        place = match.group()
        if _told(place, told):
            return place
        country = _countries()[place.casefold()]
        return country if _told(country, told) else ANOTHER

    return _places().sub(instead, text)


def _told(name: str, told: Callable[[str], bool]) -> bool:
    return all(
        told(word) for word in re.findall(r"[^\W\d_]+", name.casefold()) if word not in {"the", "of", "and"}
    )


@cache
def _countries() -> dict[str, str]:
    """The country of each place, itself included; a town of several is of the first in the file."""
    data: dict[str, list[str]] = yaml_files.load(
        Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    found: dict[str, str] = {country.casefold(): country for country in data}
    for country, towns in data.items():
        for town in towns:
            found.setdefault(town.casefold(), country)
    return found


@cache
def _places() -> re.Pattern[str]:
    longest_first = sorted(_countries(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
