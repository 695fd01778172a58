"""Personal data does not get from a conversation into an article."""

import pytest

from agent.private import names_said, without_courtesies, without_personal_data


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("My card is 4242 4242 4242 4242.", "My card is [card number]."),
        ("paid with •••• 4242 yesterday", "paid with [card number] yesterday"),
        ("IBAN IE29 AIBK 9311 5212 3456 78, thanks", "IBAN [account number], thanks"),
        ("Write to anna.b+shop@mail.example.", "Write to [e-mail address]."),
        ("https://track.example/p?id=77 says nothing", "[link] says nothing"),
        ("Where is TT-10432?", "Where is [order number]?"),
        ("where is order 10432", "where is [order number]"),
        ("My case is C-1A2B3C4D.", "My case is [case number]."),
        ("Call +353 20 910 1001 or (01) 234 5678.", "Call [phone number] or [phone number]."),
        ("Tracking says 340434161094015", "Tracking says [number]"),
        ("I live at 14 Sea Road, H91 T2K8 Galway, Ireland.", "I live at [address]."),
        ("Send it to Lindenstraße 27, 10969 Berlin please", "Send it to [address] please"),
        ("to 8 rue des Capucins, 69001 Lyon", "to [address]"),
        ("to ul. Długa 5/12, 31-147 Kraków", "to [address]"),
        ("My name is Anna Schmidt and I sew tents.", "My name is [name] and I sew tents."),
        ("Hi Maeve, maeve's tent is ready.", "Hi [name], [name]'s tent is ready."),
    ],
)
def test_personal_data_becomes_a_visible_blank(written: str, shown: str) -> None:
    assert without_personal_data(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Delivery to Germany takes 3-6 working days and costs €1,234.00.",
        "We open again on 2026-11-24, or on 24.11.2026.",
        "From 2024-2026 the warranty was 10 years.",
        "Sizes 36-39 and 40-43 are sold out.",
        "I found the boots by the way, 5 days on the road.",
        "See https://shop.example/help/returns for the rules.",
        "Do you have the Tarn 2 tent in green?",
        "Hello there, I have a question.",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert without_personal_data(text) == text


def test_known_names_are_blanked_whole_and_in_parts_however_they_are_written() -> None:
    names = ["Maeve Brennan", "Tomasz Długosz", "Ana de Souza"]

    assert without_personal_data("MAEVE said, Ms Brennan too; tomasz dlugosz did.", names=names) == (
        "[name] said, Ms [name] too; [name] did."
    )
    assert without_personal_data("A tenda de Ana Souza", names=names) == "A tenda de [name]"


def test_a_name_that_is_also_a_word_is_blanked_only_with_a_capital() -> None:
    assert without_personal_data("When will it come, Will?", names=["Will Hill"]) == (
        "When will it come, [name]?"
    )


def test_masking_twice_is_masking_once() -> None:
    text = "Hi Maeve, TT-10432 goes to 14 Sea Road, H91 T2K8 Galway. Call +353 20 910 1001. Best, Aoife"
    once = without_personal_data(text, names=["Maeve Brennan", "Aoife"])

    assert without_personal_data(once, names=["Maeve Brennan", "Aoife"]) == once


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Hi Maeve,\n\nyes, we mend poles.\n\nBest,\nAoife", "Yes, we mend poles."),
        ("Hello Maeve, we mend poles. Kind regards, Aoife", "We mend poles."),
        ("Hi [name], we mend poles.\n[name]", "We mend poles."),
        ("We mend poles.\n– Aoife", "We mend poles."),
        ("Guten Tag Frau Weber, das geht.\nMit freundlichen Grüßen\nJonas", "Das geht."),
        ("Thanks for asking, we mend poles.", "Thanks for asking, we mend poles."),
        ("Hi do you mend poles?", "Hi do you mend poles?"),
        ("Hello, thank you", ""),
    ],
)
def test_greeting_and_sign_off_are_dropped(written: str, kept: str) -> None:
    assert without_courtesies(written, names=["Aoife"]) == kept


def test_names_are_learnt_from_introductions_greetings_and_signatures() -> None:
    assert names_said("Dear Anna Schmidt,\nyes.\n\nBest regards,\nPádraig") == ["Anna Schmidt", "Pádraig"]
    assert names_said("Hi there, this is Tom.") == ["Tom"]
    assert names_said("Where is my parcel?") == []
