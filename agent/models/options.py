"""Which option of a product a customer means, by its properties. Pure functions, for the offline model.

"In red", "one size smaller", "the same but with clicky switches", "the cheapest": what is said is held against the properties of
each option. "color: blue, size: S" has two by name, "M Moss" two by place. What is not spoken of stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.models.option_wishes import LADDER, Properties, Said
from agent.models.option_words import properties_of, read
from agent.orders import Variant


@dataclass(frozen=True)
class Wanted:
    """`chosen`: the one that is meant. Else `fitting` are those that have all that was said, to choose from; none where nothing
    was said or nothing fits. `sold_out` is the one that was meant before others of these came into question.
    """

    chosen: Variant | None = None
    fitting: tuple[Variant, ...] = ()
    sold_out: Variant | None = None


def wanted(
    texts: Sequence[str], variants: Sequence[Variant], now: str, *, has: str = "", answers: bool = False
) -> Wanted:
    """What messages, oldest first, say of the options of one product: other than `now`, a sku, where the customer `has` that or another.

    Where the last message `answers` the question which option, one that fits alone is meant even if it differs in more than was said.
    """
    properties = properties_of({v.sku: v.variant for v in variants})
    current, owned = properties.get(now, {}), properties.get(has or now, {})
    said = Said()
    for place, text in enumerate(texts, start=1):
        one = read(text, variants, owned)
        is_answer = answers and place == len(texts)
        if is_answer or not one.only_describes(
            owned
        ):  # "only the black one": what it is, and nothing of what shall come
            said = said.then(one)
    if not said:
        return Wanted()
    others = [variant for variant in variants if variant.sku != now]
    fitting: Sequence[Variant] = [
        v for v in others if said.holds(properties[v.sku], current, properties.values())
    ]
    fitting = _preferred(fitting, said, properties)
    own = next((variant for variant in variants if variant.sku == now), None)
    if own and _is_it_already(own, fitting, said):
        return Wanted(chosen=own)
    fitting = _by_price(fitting, said, own)
    if not fitting:
        return Wanted(chosen=own if own and answers and said.only_describes(current) else None)
    alike = [v for v in fitting if said.price or _otherwise_the_same(properties[v.sku], current, said)]
    return _picked(fitting, alike, answers=answers)


def size_order(variant: str) -> tuple[int, str]:
    """Sorts options as people list them: S, M, L and not L, M, S; figures by themselves."""
    words = variant.lower().replace(",", " ").split()
    sizes = [LADDER.index(word) for word in words if word in LADDER]
    return (sizes[0] if sizes else len(LADDER), variant)


def _picked(fitting: Sequence[Variant], alike: Sequence[Variant], *, answers: bool) -> Wanted:
    """The one that differs in nothing but what was said, if it can be had; one that is sold out only where nothing else fits."""
    there = [variant for variant in alike if variant.stock]
    if len(there) == 1:
        return Wanted(chosen=there[0])
    if there:
        return Wanted(fitting=tuple(there))
    left = [variant for variant in fitting if variant.stock]
    if not left:
        return Wanted(chosen=alike[0] if len(alike) == 1 else None, fitting=tuple(fitting))
    if answers and len(left) == 1:
        return Wanted(chosen=left[0])
    return Wanted(fitting=tuple(left), sold_out=alike[0] if len(alike) == 1 else None)


def _otherwise_the_same(own: Properties, current: Properties, said: Said) -> bool:
    return all(own.get(label) == value for label, value in current.items() if label not in said.labels)


def _preferred(
    fitting: Sequence[Variant], said: Said, properties: Mapping[str, Properties]
) -> Sequence[Variant]:
    """Those with what is rather had, as far as they can be had: the first of "battery, else USB" of which there is one."""
    for wish in said.preferred:
        having = (
            [v for v in fitting if v.stock and properties[v.sku].get(wish.label) == value]
            for value in wish.values
        )
        fitting = next((some for some in having if some), fitting)
    return fitting


def _is_it_already(own: Variant, fitting: Sequence[Variant], said: Said) -> bool:
    """Whether the cheapest, or the dearest, is what they have."""
    prices = [variant.price.amount for variant in fitting if variant.stock]
    lowest, highest = said.price == "cheapest", said.price == "dearest"
    return (lowest and own.price.amount <= min(prices, default=own.price.amount)) or (
        highest and own.price.amount >= max(prices, default=own.price.amount)
    )


def _by_price(fitting: Sequence[Variant], said: Said, own: Variant | None) -> Sequence[Variant]:
    """The cheapest or dearest that can be had, or those that cost less or more than their `own`."""
    if not said.price:
        return fitting
    there = [variant for variant in fitting if variant.stock]
    prices = [variant.price.amount for variant in there]
    have = own.price.amount if own else 0
    match said.price:
        case "cheapest":
            return [v for v in there if v.price.amount == min(prices)]
        case "dearest":
            return [v for v in there if v.price.amount == max(prices)]
        case "cheaper":
            return [v for v in there if v.price.amount < have]
    return [v for v in there if v.price.amount > have]
