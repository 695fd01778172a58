"""Which of several things a customer means: orders, items, options, payment methods. Pure functions, for the offline model.

None and nothing is always an answer here: what could be two things is asked for.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from agent.models.option_words import told_apart
from agent.models.understanding import NUMBER, as_number, means_all, order_number, without_order_numbers
from agent.orders import Order, OrderItem, OrderStatus, PaymentKind, PaymentMethod

T = TypeVar("T")

_PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "last": 99, "bottom": 99, "top": 1,
}  # fmt: skip
_NEWEST = re.compile(
    r"\b(?:latest|newest|last|most recent)\b.{0,12}\b(?:order|one|purchase)\b", re.IGNORECASE
)
_BUT = re.compile(r"\b(?:except|but not|apart from|without|other than)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"([,;.\n]+|\band\b)", re.IGNORECASE)  # what parts them is kept
_ONLY = re.compile(
    r"\b(?:only|just(?= (?:the|my|exchange|return|change|swap)\b))\b(?P<what>[^;.\n]*)", re.IGNORECASE
)
_LEAVE = re.compile(r"\b(?:leave|skip|forget|keep|not|without|except)\b(?P<what>[^,;.\n]*)", re.IGNORECASE)
_DEARER = re.compile(r"\b(?:(?:more|most) expensive|pricier|dearer)\b", re.IGNORECASE)
_CHEAPER = re.compile(r"\b(?:cheap(?:er|est)|(?:less|least) expensive)\b", re.IGNORECASE)
_STATES = {
    OrderStatus.PENDING: re.compile(r"\bpending\b", re.IGNORECASE),
    OrderStatus.DELIVERED: re.compile(
        r"(?<!not )(?<!never )(?<!n['’]t )\b(?:delivered|received)\b(?! to\b)", re.IGNORECASE
    ),
}
_SIZE_IN_FIGURES = re.compile(r"\b\d{2}\s?[-–]\s?\d{2}\b|\bsize \d+\b", re.IGNORECASE)
_WORD = re.compile(r"(?:[^\W\d_]-)?[^\W\d_]{3,}")  # "t-shirt" is one
_TOKEN = re.compile(r"[\w-]+(?:['’]\w+)?")
_SIZES = {"small": "s", "medium": "m", "large": "l", "grey": "gray", "colour": "color"}
# Words that tell nothing apart.
_PLAIN = frozenset(
    "the and for with order orders item items pair set size color one two both all from card my a an".split()  # noqa: SIM905 - a word list reads better as text
)


def place_meant(text: str) -> int | None:
    """'The second one' of a list: 2; None if no place is named. 99 is the last, however long the list."""
    return next(iter(_places(text)), None)


def by_place(text: str, choices: Sequence[T]) -> list[T]:
    """Those of a list that was shown which are named by their place: "the first and the third"."""
    return [choices[min(place, len(choices)) - 1] for place in _places(text)] if choices else []


def _places(text: str) -> list[int]:
    words = re.findall(r"\w+", text.lower())
    return [_PLACES[word] for word in words if word in _PLACES]


# --- orders ----------------------------------------------------------------------------------------------------


def orders_meant(text: str, orders: Sequence[Order]) -> list[Order]:
    """The orders that the text points to: by number, by an item's name, or by place ('the latest')."""
    if number := order_number(text):
        return [order for order in orders if order.number == number]
    if _NEWEST.search(text):
        return list(orders[:1])
    best = _highest(
        orders, lambda order: len({word for item in order.items for word in _shared_words(text, item)})
    )
    best = _in_the_state_named(text, best) if len(best) > 1 else best
    return _with_what_is_described(text, best) if len(best) > 1 else best


def _highest(choices: Sequence[T], score: Callable[[T], int]) -> list[T]:
    """All that share the highest score; none if it is nothing."""
    scores = [score(choice) for choice in choices]
    best = max(scores, default=0)
    return [choice for choice, own in zip(choices, scores, strict=True) if best and own == best]


def _in_the_state_named(text: str, orders: Sequence[Order]) -> list[Order]:
    """Of several, those that are pending or have arrived, if it is said."""
    states = {state for state, words in _STATES.items() if words.search(text)}
    return [order for order in orders if order.status in states] or list(orders)


def _with_what_is_described(text: str, orders: Sequence[Order]) -> list[Order]:
    """Of several with a thing of the same name, the one whose thing is described: "the small one"."""
    alike = {order.number: max(order.items, key=lambda item: _likeness(text, item)) for order in orders}
    named = told_apart(
        _description(text, list(alike.values())), {number: item.variant for number, item in alike.items()}
    )
    return _highest(orders, lambda order: named[order.number]) or list(orders)


def mistyped(number: str, orders: Sequence[Order]) -> Order | None:
    """The customer's own order whose number is one slip of the keyboard away; None if there are two, or none."""
    near = [order for order in orders if _one_slip_apart(number, order.number)]
    return near[0] if len(near) == 1 else None


def _one_slip_apart(typed: str, right: str) -> bool:
    """A digit wrong, missing or too many, or two changed about."""
    if len(typed) == len(right):
        wrong = [place for place, (a, b) in enumerate(zip(typed, right, strict=True)) if a != b]
        swapped = [typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(len(typed) - 1)]
        return len(wrong) == 1 or right in swapped
    longer, shorter = sorted((typed, right), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    )


# --- items -----------------------------------------------------------------------------------------------------


def items_meant(text: str, items: Sequence[OrderItem]) -> list[OrderItem]:
    """The items that the text names; all of them for 'everything' and the like; none where it could be several.

    Each item must be named by a word of its own: "the boots and the lamp" means two, "merino" alone could mean
    any of two and means none. "Everything but the socks" means the others.
    """
    if means_all(text) and (but := _BUT.search(text)):
        kept = _named(text[but.end() :], items)
        return [item for item in items if item not in kept] if kept else []
    return _named(text, items) or (list(items) if means_all(text) else [])


def still_meant(text: str, items: Sequence[OrderItem]) -> list[OrderItem]:
    """Of several items that a request is about, those that are left of it: "only the lamp", "leave the kettle as it is".

    Nothing if the text leaves none out.
    """
    left_out = [item for match in _LEAVE.finditer(text) for item in _named(match["what"], items)]
    only = [item for match in _ONLY.finditer(text) for item in _named(match["what"], items)]
    left = [item for item in only or items if item not in left_out]
    return left if len(left) < len(items) else []


def _named(text: str, items: Sequence[OrderItem]) -> list[OrderItem]:
    words = {item.id: _shared_words(text, item) for item in items}
    for one in items:  # of several that the text names alike, the one that it describes
        alike = [item for item in items if words[item.id] == words[one.id] != set()]
        if len(alike) > 1 and not (meant := _described(text, alike)):
            return []
        if len(alike) > 1:
            items = [item for item in items if item not in alike or item in meant]
    named: list[OrderItem] = []
    covered: set[str] = set()
    for item in sorted(items, key=lambda item: -len(words[item.id])):
        if words[item.id] - covered:
            named += [one for one in items if words[one.id] == words[item.id]]
            covered |= words[item.id]
    return named


def _described(text: str, alike: Sequence[OrderItem]) -> list[OrderItem]:
    """Those of things with the same name that are meant: all of them, one by its properties, or by its price."""
    if means_all(text):
        return list(alike)
    counts = told_apart(_description(text, alike), {item.id: item.variant for item in alike})
    if len(best := _highest(alike, lambda item: counts[item.id])) == 1:
        return best
    for words, sign in ((_DEARER, 1), (_CHEAPER, -1)):
        prices = [sign * item.unit_price.amount for item in alike]
        if words.search(text) and prices.count(max(prices)) == 1:
            return [alike[prices.index(max(prices))]]
    return []


def _description(text: str, items: Sequence[OrderItem]) -> str:
    """The words up to what shall come instead: of "swap the blue shirt for a red one" only what it is."""
    names = "|".join(re.escape(word) for item in items for word in _words(item.name))
    match = re.search(
        rf"\b(?:{names})\w*\b.*?(?=\b(?:to|for|into|instead)\b)", text, re.IGNORECASE | re.DOTALL
    )
    return text[: match.end()] if names and match else text


def quantity_meant(text: str, item: OrderItem) -> int | None:
    """How many pieces of an item: all, or the number before its name; None if it is not said and could be several."""
    left = item.quantity - item.returned
    if left == 1 or means_all(text):
        return left
    # "My 40-43 socks" and "size 42" tell no number of pieces.
    plain = _SIZE_IN_FIGURES.sub(" ", without_order_numbers(text).lower().replace(item.variant.lower(), " "))
    for word in _words(item.name):
        if match := re.search(rf"\b({NUMBER})\b(?:\W+\w+){{0,3}}?\W+{_singular(word)}", plain):
            return as_number(match.group(1))  # more than are left is for the rules to refuse
    return None


def words_about(text: str, item: OrderItem, items: Sequence[OrderItem]) -> str:
    """The parts of a text that speak of one of several items, of "the fleece to L and the mug to moss, please" one or the other.

    All of a text that names none: "switch everything to the cheapest".
    """
    if not any(_likeness(text, one) for one in items):
        return text
    about, kept = False, list[str]()
    for clause in _CLAUSE.split(text):
        named = [one.id for one in items if _likeness(clause, one)]
        about = item.id in named if named else about
        kept += [clause] if about else []
    return "".join(kept)


# --- payment methods -------------------------------------------------------------------------------------------


def method_meant(text: str, methods: Sequence[PaymentMethod]) -> PaymentMethod | None:
    """The payment method that is named: "PayPal", "the one that ends in 4242", "my card"."""
    text = re.sub(r"\bpay pal\b", "paypal", without_order_numbers(text), flags=re.IGNORECASE)
    if named := _most_alike(text, methods, lambda method: method.label):
        return named
    cards = [method for method in methods if method.kind is PaymentKind.CARD]
    return cards[0] if len(cards) == 1 and re.search(r"\bcard\b", text, re.IGNORECASE) else None


def after_to(text: str) -> str:
    """What comes after the last "to" or "with": of "from Visa to PayPal" only PayPal is wanted."""
    return re.split(r"\b(?:to|with|using|by)\b", text, flags=re.IGNORECASE)[-1]


def named_alike(text: str, choices: Sequence[T], name: Callable[[T], str]) -> T | None:
    """The one whose name the text repeats most of."""
    return _most_alike(text, choices, name)


def _most_alike(text: str, choices: Sequence[T], name: Callable[[T], str]) -> T | None:
    said = _tokens(text)
    scores = [len(_tokens(name(choice)) & said) for choice in choices]
    best = max(scores, default=0)
    return choices[scores.index(best)] if best and scores.count(best) == 1 else None


def _tokens(text: str) -> set[str]:
    words = (word.lower() for word in _TOKEN.findall(text))
    return {_SIZES.get(word, word) for word in words} - _PLAIN


def _likeness(text: str, item: OrderItem) -> int:
    """How many words of an item's name the text contains."""
    return len(_shared_words(text, item))


def _shared_words(text: str, item: OrderItem) -> set[str]:
    said = {_singular(word) for word in _words(text)}
    return {_singular(word) for word in _words(item.name)} & said


def _words(text: str) -> list[str]:
    return [word.replace("-", "") for word in _WORD.findall(text.lower()) if word not in _PLAIN]


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
