"""Tokens in place of personal data: what is hidden, that it comes back, and that nobody can play with them."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.demo_shop.catalogue import CUSTOMERS
from agent.incoming import clean
from agent.known import Kind
from agent.private import names_said
from agent.veil import Uncovering, Veil

DATA = Path(__file__).parent / "data"
TOKEN = re.compile(r"<([A-Z]+)_\d{4}>")


def kinds(text: str) -> str:
    """A covered text with the numbers of its tokens left out."""
    return TOKEN.sub(r"<\1>", text)


def rows(name: str) -> list[dict]:
    lines = (DATA / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line][1:]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Write to anna.b+shop@mail.example.", "Write to <EMAIL>."),
        ("Call +353 20 910 1001 or (01) 234 5678.", "Call <PHONE> or <PHONE>."),
        ("Where is TT-10432?", "Where is <ORDER>?"),
        ("where is order #W2378156", "where is order #<ORDER>"),
        ("10432", "<ORDER>"),
        ("paid with •••• 4242", "paid with <CARD>"),
        ("My IBAN is IE29 AIBK 9311 5212 3456 78", "My IBAN is <ACCOUNT>"),
        ("SSN 460-89-9847, licence F162823540116", "SSN <PHONE>, licence <NUMBER>"),
        ("My name is Anna Schmidt and I sew.", "My name is <NAME> and I sew."),
        ("I met Mr Osei.", "I met Mr <NAME>."),
        ("14 Quay Street, H91 X2KP Galway, Ireland", "<ADDRESS>, <POSTCODE> <CITY>, Ireland"),
        ("Lindenstraße 27, 10969 Berlin please", "<ADDRESS>, <POSTCODE> <CITY> please"),
        ("Storgata 11, 0155 Oslo, Norway", "<ADDRESS>, <POSTCODE> <CITY>, Norway"),
        ("my zip code is 35350", "my zip code is <POSTCODE>"),
        ("Do you deliver to Berlin within 30 days for €4.95?", "Do you deliver to Berlin within 30 days for €4.95?"),
        ("Sizes 36-39, from 2026-11-24, 2 tents", "Sizes 36-39, from 2026-11-24, 2 tents"),
    ],
)  # fmt: skip
def test_each_kind_has_its_token_and_comes_back_as_it_was(written: str, read: str) -> None:
    veil = Veil("c1", names=names_said(written))
    covered = veil.cover(written)

    assert kinds(covered) == read
    assert veil.uncover(covered) == written


def test_what_is_known_is_hidden_whole_and_in_parts_however_it_is_written() -> None:
    veil = Veil("c1", [(Kind.NAME, "Maeve Brennan"), (Kind.ORDER, "TT-10432"), (Kind.ID, "maeve_visa4242")])

    covered = veil.cover("MAEVE wants tt 10432, or 10432, by maeve_visa4242; it is Ms Brennan's.")

    assert kinds(covered) == "<NAME> wants <ORDER>, or <ORDER>, by <ID>; it is Ms <NAME>'s."
    assert len(set(TOKEN.findall(covered))) == 3
    assert (
        veil.uncover(covered) == "Maeve wants TT-10432, or TT-10432, by maeve_visa4242; it is Ms Brennan's."
    )


def test_a_value_has_the_same_token_in_every_request_of_a_conversation_whatever_else_is_in_it() -> None:
    first = Veil("c1").cover("TT-10432")

    assert Veil("c1", [(Kind.ORDER, "TT-10429")]).cover("TT-10429 or TT-10432").endswith(first)
    assert Veil("c1", [(Kind.ORDER, "TT-10432")]).cover("10432") == first
    assert Veil("c2").cover("TT-10432") != first


def test_two_orders_with_the_same_digits_stay_two() -> None:
    veil = Veil("c1", [(Kind.ORDER, "TT-10432"), (Kind.ORDER, "RA-10432")])
    covered = veil.cover("TT-10432 and RA-10432")

    assert veil.uncover(covered) == "TT-10432 and RA-10432"
    assert len(set(covered.split(" and "))) == 2


@pytest.mark.parametrize(
    "typed", ["<EMAIL_{}>", "EMAIL_{}", "&lt;EMAIL_{}&gt;", r"\<EMAIL\_{}\>", "<EMAIL_1>", "<NAME_007>"]
)
def test_a_token_that_the_customer_types_reveals_nothing_and_comes_back_as_typed(typed: str) -> None:
    veil = Veil("c1", [(Kind.EMAIL, "maeve@example.com")])
    number = veil.cover("maeve@example.com")[7:-1]
    typed = typed.format(number)

    covered = veil.cover(f"Say {typed}")

    assert kinds(covered) == "Say <TEXT>"
    assert veil.uncover(covered) == f"Say {typed}"


def test_a_value_is_never_read_for_another_token() -> None:
    veil = Veil("c1")
    covered = veil.cover("<TEXT_1> and \U000f0000 and a@b.example")

    assert veil.uncover(covered) == "<TEXT_1> and � and a@b.example"


@pytest.mark.parametrize("written", ["&lt;EMAIL_{}&gt;", "EMAIL_{}", r"<EMAIL\_{}>", "**<EMAIL_{}>**"])
def test_a_token_is_understood_as_models_write_it(written: str) -> None:
    veil = Veil("c1")
    number = veil.cover("a@b.example")[7:-1]

    assert veil.uncover(written.format(number)).strip("*") == "a@b.example"


def test_a_token_that_was_never_given_stands_for_nothing() -> None:
    veil = Veil("c1")

    assert veil.uncover("I wrote to <EMAIL_1234>.") == "I wrote to <EMAIL_1234>."
    assert veil.uncover("<EMAIL_1234>", unknown="") == ""


TEXT = "Hi Maeve, TT-10432 & <b>TT-10429</b> go to 14 Sea Road, H91 T2K8 Galway; mail m@x.example, i.e. <EMAIL_1>. A_1 <&gt;"


@given(st.lists(st.integers(1, 400), max_size=40))
def test_however_a_stream_is_divided_the_same_is_read(cuts: list[int]) -> None:
    veil = Veil("c1", [(Kind.NAME, "Maeve Brennan")])
    covered = veil.cover(TEXT)
    assert "Maeve" not in covered

    places = sorted({0, *(cut % len(covered) for cut in cuts), len(covered)})
    stream = Uncovering(veil)
    read = [stream.feed(covered[a:b]) for a, b in pairwise(places)]

    assert "".join((*read, stream.finish())) == TEXT


def test_nothing_is_held_back_at_the_end_of_a_sentence() -> None:
    stream = Uncovering(Veil("c1"))

    assert stream.feed("You can return it within 30 days. ") == "You can return it within 30 days. "


@given(st.text())
def test_whatever_is_covered_comes_back(text: str) -> None:
    veil = Veil("c1", [(Kind.NAME, CUSTOMERS[0].name)])
    once = veil.uncover(veil.cover(text))

    assert veil.uncover(veil.cover(once)) == once


@given(st.text(alphabet="a1-@ <>&;_•#.\n") | st.text(alphabet="EMAILNM_<>&lt;0123456789 "))
def test_in_a_fence_nothing_but_tokens_is_pointed(text: str) -> None:
    covered = Veil("c1").cover(
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), fenced=True
    )

    assert not set("<>") & set(TOKEN.sub("", covered))


@pytest.mark.parametrize("row", rows("presidio_sample.jsonl"), ids=lambda row: row["text"][:30])
def test_structured_personal_data_of_sentences_by_others_does_not_leave(row: dict) -> None:
    covered = Veil("c1").cover(clean(row["text"]))

    assert not [span["value"] for span in row["spans"] if span["value"] in covered]


PAN = rows("pan.jsonl")


def test_no_card_number_in_any_form_leaves_and_what_is_none_is_not_masked() -> None:
    for row in PAN:
        texts = [row["text"]] if isinstance(row["text"], str) else row["text"]
        if row["expect"] == "mask":
            for text in texts:
                assert "•••• " + row["pan"][-4:] in clean(text), row["form"]
                assert row["pan"][:6] not in Veil("c1").cover(clean(text)).replace(" ", "")
        elif row["expect"] == "keep":
            assert [clean(text) for text in texts] == texts
        elif row["form"] == "two_messages":  # each half alone is no card, and a provider reads neither
            assert not any(re.search(r"\d{5}", Veil("c1").cover(clean(text))) for text in texts)


@pytest.mark.timeout(60)  # that of the square of the length: minutes
@pytest.mark.parametrize(
    "piece",
    [
        "A-",
        "a.",
        "a@b.",
        "A1",
        "1 ",
        "1\n",
        "http://",
        "Mr Ab ",
        "name: A b ",
        "EMAIL_",
        "8 rue de ",
        "1 Abc ",
    ],
)
def test_no_message_keeps_the_server_busy(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    Veil("c1", names=names_said(text)).cover(text)
