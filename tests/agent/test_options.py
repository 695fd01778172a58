"""Which option of a product is meant, by its properties."""

import pytest

from agent.models.option_words import properties_of
from agent.models.options import size_order, wanted
from agent.money import Money
from agent.orders import Variant

FLEECES = [
    Variant(f"sku-{name}", "fleece", "Fleece", name, Money(69_00, "EUR"), 5)
    for name in ("L Blue", "M Blue", "M Moss", "S Moss")
]


def lamp(finish: str, brightness: str, power: str, euros: int, stock: int = 5) -> Variant:
    """A lamp with three properties that the shop names."""
    shown = (
        f"finish: {finish}, brightness: {brightness}, power: {power}, dimmer: {'yes' if euros > 40 else 'no'}"
    )
    return Variant(
        f"{finish} {brightness} {power}", "lamp", "Reading lamp", shown, Money(euros * 100, "EUR"), stock
    )


LAMPS = [
    lamp("brass", "medium", "mains plug", 30),
    lamp("brass", "low", "mains plug", 25),
    lamp("brass", "high", "mains plug", 35),
    lamp("brass", "medium", "battery pack", 28),
    lamp("chrome", "medium", "mains plug", 32, stock=0),
    lamp("chrome", "low", "mains plug", 24),
    lamp("chrome", "high", "battery pack", 45),
]
MINE = "brass medium mains plug"


def meant(*texts: str, answers: bool = False) -> str | None:
    """The lamp that is meant by somebody who has the one in brass."""
    chosen = wanted(texts, LAMPS, MINE, answers=answers).chosen
    return chosen.sku if chosen else None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("the blue one in M", "M Blue"),
        ("large please", "L Blue"),
        ("S", "S Moss"),
        ("the blue one", None),
        ("I'd like what it's like in the shop", None),
    ],
)
def test_an_option_is_meant_only_if_the_words_fit_one_alone(text: str, option: str | None) -> None:
    chosen = wanted([text], FLEECES, "none of them").chosen

    assert (chosen.variant if chosen else None) == option


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("the same but on battery", "brass medium battery pack"),  # one word of a value that no other has
        ("swap the medium brass lamp for one with low brightness", "brass low mains plug"),
        ("a brighter one", "brass high mains plug"),
        ("something less bright, please", "brass low mains plug"),
        ("not with a mains plug", "brass medium battery pack"),
        ("the cheapest you have", "chrome low mains plug"),
        ("Reading lamp {'finish': 'brass', 'brightness': 'medium'} to {'finish': 'brass', 'brightness': 'high'}", "brass high mains plug"),
        ("I do not care about the finish, but low brightness and I prefer chrome", "chrome low mains plug"),
    ],
)  # fmt: skip
def test_what_is_not_spoken_of_stays_as_it_is(text: str, sku: str) -> None:
    assert meant(text) == sku


@pytest.mark.parametrize("text", ["my brass lamp", "the medium one with the mains plug", "it's broken"])
def test_a_description_of_what_one_has_chooses_nothing(text: str) -> None:
    assert wanted([text], LAMPS, MINE) == wanted([], LAMPS, MINE)


def test_where_the_one_that_is_meant_is_sold_out_the_closest_are_offered() -> None:
    said = wanted(["in chrome instead"], LAMPS, MINE)

    assert said.chosen is None
    assert said.sold_out is not None
    assert said.sold_out.sku == "chrome medium mains plug"
    assert {option.sku for option in said.fitting} == {"chrome low mains plug", "chrome high battery pack"}


def test_an_answer_goes_on_from_what_was_said_before() -> None:
    assert meant("in chrome instead", "the low one", answers=True) == "chrome low mains plug"


def test_an_option_that_differs_in_more_than_was_said_is_taken_only_as_an_answer() -> None:
    assert meant("with high brightness on battery") is None
    assert meant("with high brightness on battery", answers=True) == "chrome high battery pack"


def test_an_option_told_as_it_is_listed_is_meant() -> None:
    assert meant("It is chrome, high, battery pack, yes.", answers=True) == "chrome high battery pack"


def test_the_cheapest_is_the_one_at_hand_where_none_costs_less() -> None:
    chosen = wanted(["the cheapest"], LAMPS, "chrome low mains plug").chosen

    assert chosen is not None
    assert chosen.sku == "chrome low mains plug"


def test_one_size_smaller_is_the_next_and_smaller_is_any() -> None:
    shirts = [Variant(size, "shirt", "Shirt", f"size: {size}", Money(9_00, "EUR"), 5) for size in ("S", "M", "L", "XL")]  # fmt: skip

    one = wanted(["one size smaller"], shirts, "L")
    any_ = wanted(["it should be smaller"], shirts, "L")

    assert one.chosen is not None
    assert one.chosen.sku == "M"
    assert [option.sku for option in any_.fitting] == ["S", "M"]


def test_properties_are_read_by_name_or_by_place() -> None:
    assert properties_of({"a": "color: Blue, strap: v-neck"}) == {"a": {"color": ("blue",), "strap": ("v", "neck")}}  # fmt: skip
    assert properties_of({"a": "M / Moss", "b": "L / Sea green"})["b"] == {"0": ("l",), "1": ("sea", "green")}
    assert properties_of({"a": "One size", "b": "Long"})["a"] == {"0": ("one", "size")}


def test_options_are_listed_as_people_list_sizes() -> None:
    assert sorted((v.variant for v in FLEECES), key=size_order) == ["S Moss", "M Blue", "M Moss", "L Blue"]
