"""Takes out of a text what differs from run to run: ids, case numbers, references that are drawn at random."""

import re
from typing import Any

_DRAWN = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"  # UUIDs
    r"|\b[0-9a-f]{32}\b"
    r"|\bTTR-[0-9A-F]{10}\b"  # the demo shop's references
    r"|\bC-[0-9A-F]{8}\b"  # case numbers
)
_KINDS = {"T": "TTR", "C": "C"}


class Plain:
    """Puts numbers in the place of what is drawn at random: the same for the same, in the order of their coming."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text as it is in every run."""
        return _DRAWN.sub(lambda match: self._name(match[0]), text)

    def value(self, value: Any) -> Any:
        """A JSON value, its numbers rounded to a thousandth: the last digits may be another machine's."""
        match value:
            case str():
                return self.text(value)
            case float():
                return round(value, 3)
            case dict():
                return {name: self.value(inner) for name, inner in value.items()}
            case list() | tuple():
                return [self.value(inner) for inner in value]
        return value

    def _name(self, drawn: str) -> str:
        kind = _KINDS.get(drawn[0], "id") if "-" in drawn[:4] else "id"
        if drawn not in self._seen:
            number = sum(name.startswith(f"{kind}-") for name in self._seen.values()) + 1
            self._seen[drawn] = f"{kind}-{number}"
        return self._seen[drawn]
