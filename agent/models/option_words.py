"""The properties of a product's options, and what a customer's words ask of them. Pure functions, for the offline model."""

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.models.option_wishes import Has, Preference, Properties, Said, Step, Value, rank
from agent.models.understanding import without_order_numbers
from agent.orders import Variant

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?[a-z]*|[^\W\d_]+|[,;:.()\[\]{}>?!]")
_NAMED = re.compile(r"([^,:\s][^,:]*?)\s*:\s*([^,]+)")  # "color: blue, size: S"
_BREAKS = frozenset(",;:.()[]{}>?!")
_UNITS = r"gb|tb|mb|ml|mp|mah|inch|hour|cup|bar|lb|ft|k|x|l"
_SAME_WORDS = (
    (r"(?<=\w)n['’]t\b", " not"), (r"(?<=\w)['’](?:s|m|re|ve|d|ll)\b", ""), (r"\bextra[ -]large\b", "xl"), (r"\bextra[ -]small\b", "xs"),
    (r"\bsmall\b", "s"), (r"\bmedium\b", "m"), (r"\blarge\b", "l"), (r"\bgrey\b", "gray"), (r"\bcolour", "color"),
    (r"\blit(?:er|re)s?\b", "l"), (r"\binch(?:es)?\b", "inch"), (r"\b(hour|cup|lb)s\b", r"\1"), (rf"(\d)[ -]?({_UNITS})\b", r"\1\2"),
)  # fmt: skip
_BARE = frozenset({("yes",), ("no",), ("none",)})  # values that mean something only beside their name
_TELL_NOTHING = frozenset("a an and for in not of or the to type with without".split())  # noqa: SIM905 - a word list reads better as text
_NOT_THIS = re.compile(
    r"(?:not|no|except|without|instead of|rather than|other than)(?: (?:the|a|an|in|with)){0,2}$"
)
_PREFER = re.compile(r"prefer\w*|ideally|otherwise|else")
_PRICES = (
    ("cheapest", r"cheapest|least expensive|lowest priced?|most affordable"), ("dearest", r"most expensive|priciest|dearest"),
    ("cheaper", r"cheaper|less expensive"), ("dearer", r"more expensive|pricier"),
)  # fmt: skip
_OF_SIZE = frozenset({"size", "capacity", "length", "pieces", "range"})
_STEP = re.compile(
    r"(?P<one>(?:one|a|1) size )?(?P<way>(?:less|more) (?P<what>[a-z]+)|(?P<adjective>[a-z]{3,}er)|up|down)\b"
)
_SIZE_UP, _SIZE_DOWN = frozenset({"bigger", "larger", "up"}), frozenset({"smaller", "down"})
_DOWN = frozenset({"lower", "shorter", "dimmer", "darker", "slower", "lighter"})


def properties_of(shown: Mapping[str, str]) -> dict[str, Properties]:
    """The properties of options, from the words in which a shop shows each; by the same keys."""
    named = {key: dict(_NAMED.findall(words)) for key, words in shown.items()}
    if all(named.values()):
        return {
            key: {name.lower(): _plain(value) for name, value in own.items()} for key, own in named.items()
        }
    for separator in (r"\s*/\s*", r"\s*,\s*", r"\s+"):
        parts = {key: re.split(separator, words.strip()) for key, words in shown.items()}
        if len({len(own) for own in parts.values()}) == 1 and all(len(own) > 1 for own in parts.values()):
            return {key: {str(i): _plain(part) for i, part in enumerate(own)} for key, own in parts.items()}
    return {key: {"0": _plain(words)} for key, words in shown.items()}


def told_apart(text: str, shown: Mapping[str, str]) -> dict[str, int]:
    """How many properties of each are named in a text, of those in which they differ."""
    own, words = properties_of(shown), _tokens(without_order_numbers(text))
    counts = dict.fromkeys(shown, 0)
    for label in dict.fromkeys(label for one in own.values() for label in one):
        known = {one[label] for one in own.values() if label in one}
        named = {value for _, value in _mentions(words, label, known)} if len(known) > 1 else set()
        for key, one in own.items():
            counts[key] += one.get(label) in named
    return counts


def read(text: str, variants: Sequence[Variant], current: Properties) -> Said:
    """What a message says of the options of a product."""
    words = _without_name(_tokens(without_order_numbers(text)), variants[0].name if variants else "")
    all_ = list(properties_of({v.sku: v.variant for v in variants}).values())
    values = {label: {own[label] for own in all_ if label in own} for label in (all_[0] if all_ else ())}
    if (whole := _as_listed(words, values)) is not None and whole != current:
        return Said(has=tuple(Has(frozenset({label}), (value,)) for label, value in whole.items()))
    said = " ".join(words)
    free = frozenset(label for label in values if _is_free(label, said))
    found = {
        label: [*_mentions(words, "" if label in free else label, known)] for label, known in values.items()
    }
    has, lacks, preferred = _sorted_out(found, words, current)
    price = next((name for name, pattern in _PRICES if re.search(rf"\b(?:{pattern})\b", said)), "")
    steps = () if price else tuple(_steps(said, values))
    return Said(has, lacks, steps, preferred, free, price)


def _plain(text: str) -> Value:
    return tuple(word for word in _tokens(text) if word not in _BREAKS)


def _tokens(text: str) -> list[str]:
    plain = text.lower()
    for words, same in _SAME_WORDS:
        plain = re.sub(words, same, plain)
    return _TOKEN.findall(plain)


def _without_name(words: list[str], name: str) -> list[str]:
    own = _tokens(name)
    for at in reversed(_places(tuple(own), words)):
        words = [*words[:at], ",", *words[at + len(own) :]]
    return words


def _places(phrase: Sequence[str], words: Sequence[str]) -> list[int]:
    size = len(phrase)
    return [
        at for at in range(len(words) - size + 1) if size and tuple(words[at : at + size]) == tuple(phrase)
    ]


def _as_listed(words: Sequence[str], values: Mapping[str, set[Value]]) -> dict[str, Value] | None:
    """A value for each property, one after the other between commas, as an option is shown: "purple, S, v-neck"."""
    clauses = [
        tuple(clause.split()) for clause in re.split(r"[,;:.()\[\]{}>?!]", " ".join(words)) if clause.strip()
    ]
    size, found = len(values), None
    for at in range(len(clauses) - size + 1 if size > 1 else 0):
        window = clauses[at : at + size]
        row = {label: _value_at(known, clause, place, size) for place, ((label, known), clause) in enumerate(zip(values.items(), window, strict=True))}  # fmt: skip
        if all(value is not None for value in row.values()):
            found = {label: value for label, value in row.items() if value is not None}
    return found


def _value_at(known: set[Value], clause: Value, place: int, size: int) -> Value | None:
    """The value that a clause is; words may stand before the first and after the last."""
    for value in sorted(known, key=lambda value: (-len(value), value)):
        if (
            clause == value
            or (place == 0 and clause[-len(value) :] == value)
            or (place == size - 1 and clause[: len(value)] == value)
        ):
            return value
    return None


def _mentions(words: Sequence[str], label: str, known: set[Value]) -> Iterator[tuple[int, Value]]:
    """Values of a property in the order in which they are named, with their places."""
    names, taken, found = _plain(label), set[int](), list[tuple[int, Value]]()
    for value in sorted(known, key=lambda value: (-len(value), value)):
        for at in _places(value, words):
            if taken & {*range(at, at + len(value))} or (
                value in _BARE and not _stands_alone(words, at, names)
            ):
                continue
            taken |= {*range(at, at + len(value))}
            found.append((at, value))
    left = [",," if at in taken else word for at, word in enumerate(words)]
    found += _by_one_word(left, names, known, known - {value for _, value in found})
    yield from sorted(found or _by_name(words, names, known))


def _stands_alone(words: Sequence[str], at: int, names: Value) -> bool:
    """Whether a bare yes, no or none is all between two commas, or follows the property's name."""
    before, after = words[at - 1] if at else ",", words[at + 1] if at + 1 < len(words) else ","
    named = [word for word in words[:at] if word not in _BREAKS][-len(names) :] if names else []
    return before in _BREAKS and after in _BREAKS and (tuple(named) == names or before != ":")


def _by_one_word(
    words: Sequence[str], names: Value, known: set[Value], unnamed: set[Value]
) -> list[tuple[int, Value]]:
    """Values of which one word is named that no other has: "Google" for "Google Assistant"."""
    found = []
    for value in unnamed - _BARE:
        others = {word for other in known if other != value for word in other}
        own = {
            word for word in value if word not in others and word not in names and word not in _TELL_NOTHING
        }
        found += [(words.index(word), value) for word in own if len(word) > 1 and word in words]
    return list({value: (at, value) for at, value in sorted(found, reverse=True)}.values())


def _by_name(words: Sequence[str], names: Value, known: set[Value]) -> list[tuple[int, Value]]:
    """Properties that are there or not: "waterproof", "no backlight"."""
    for at in _places(names, words) if names and names[0].isalpha() else ():
        without = _NOT_THIS.search(" ".join(words[max(0, at - 4) : at])) is not None
        if without and (missing := known & {("no",), ("none",)}):
            return [
                (at + len(names), missing.pop())
            ]  # after its name, lest the "not" before it be taken for another
        if not without and known == {("yes",), ("no",)}:
            return [(at, ("yes",))]
    return []


def _is_free(label: str, said: str) -> bool:
    """Whether a property may be anything: "any colour", "I do not care about waterproof"."""
    name = rf"{re.escape(label)}s?"
    return label[0].isalpha() and bool(
        re.search(
            rf"\b(?:any|whatever|regardless of|not (?:care|mind)(?: about| for| if)?)(?: \w+){{0,3}}? {name}\b|\b{name} (?:or not\b|(?:does |do |is )?not (?:matter|important))",
            said,
        )
    )


def _sorted_out(
    found: Mapping[str, list[tuple[int, Value]]], words: Sequence[str], current: Properties
) -> tuple[tuple[Has, ...], tuple[tuple[str, Value], ...], tuple[Preference, ...]]:
    """Which of the values that are named are wanted, not wanted, or preferred."""
    has: dict[tuple[Value, ...], set[str]] = {}
    lacks, preferred = list[tuple[str, Value]](), list[Preference]()
    for label, mentions in found.items():
        refused = {
            v
            for at, v in mentions
            if v not in _BARE and _NOT_THIS.search(" ".join(words[max(0, at - 4) : at]))
        }
        places = [at for at, value in mentions if value not in refused]
        wanted = list(dict.fromkeys(value for _, value in mentions if value not in refused))
        lacks += [(label, value) for value in refused]
        if wanted and _is_preference(words, places[0], places[-1]):
            preferred.append(Preference(label, tuple(wanted)))
            continue
        if len(wanted) > 1:  # "the blue one in black": what it is, and what is wanted
            wanted = [value for value in wanted if value != current.get(label)]
        if wanted:
            has.setdefault(tuple(wanted), set()).add(label)
    return (
        tuple(Has(frozenset(labels), values) for values, labels in has.items()),
        tuple(lacks),
        tuple(preferred),
    )


def _is_preference(words: Sequence[str], first: int, last: int) -> bool:
    """Whether values are named as what is rather had: after "prefer" in the same sentence, or "red, else blue"."""
    begins = max((at for at in range(first) if words[at] in ".;()?!"), default=-1) + 1
    return any(_PREFER.fullmatch(word) for word in words[begins:last])


def _steps(said: str, values: Mapping[str, set[Value]]) -> Iterator[Step]:
    """More or less of a property: "a bigger one", "less bright", "one size smaller"."""
    for match in _STEP.finditer(said):
        way, what = match["way"], match["what"] or (match["adjective"] or "").removesuffix("er")
        sized = way in _SIZE_UP | _SIZE_DOWN
        labels = [
            label
            for label, known in values.items()
            if any(rank(value) is not None for value in known)
            and (_of_size(label, known) if sized else len(what) > 2 and label.startswith(what[:5]))  # noqa: PLR2004
        ]
        if len(labels) == 1 and (sized or match["what"] or match["adjective"]):
            down = way in _SIZE_DOWN | _DOWN or way.startswith("less ")
            yield Step(labels[0], up=not down, one=match["one"] is not None)


def _of_size(label: str, known: set[Value]) -> bool:
    """Whether a property is one of size: by its name, or, without one, by its values."""
    if label[0].isalpha():
        return bool(_OF_SIZE & {*label.split()})
    return all(rank(value) is not None for value in known)
