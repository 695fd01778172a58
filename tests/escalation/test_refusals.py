"""When a customer says that an answer did not help."""

import pytest

from escalation.refusals import says_it_did_not_help


@pytest.mark.parametrize(
    "words",
    [
        "That did not help.",
        "that didn’t help at all",
        "This doesn't answer my question",
        "Your answer was not helpful",
        "it's not what i asked",
        "That's not what I meant!",
        "That was useless",
        "Sorry but you haven't answered me",
        "you didn't understand",
        "I already tried that.",
        "Not helpful",
        "your link did not help",
        "Das hilft mir leider nicht weiter",
        "Das hat nicht geholfen",
        "Ça ne m'aide pas",
        "Eso no me ayuda",
        "Non è quello che ho chiesto",
        "Isso não me ajuda",
        "Dat helpt me niet",
        "To nie pomaga",
        "it is not what I wanted",
        "your reply was no use",
    ],
)
def test_words_that_reject_an_answer(words: str) -> None:
    assert says_it_did_not_help(words)


@pytest.mark.parametrize(
    "words",
    [
        "That helped, thanks",
        "Can you help me?",
        "The tent does not stand up",
        "I did not receive my parcel",
        "It is not my order",
        "The zip isn't working",
        "Nobody has answered the phone",
        "Could you help me with a return that is not listed?",
        "I tried that and it worked, thank you",
        "Das hilft mir, danke",
        "Hat nicht gepasst",
        "No gracias",
        "It does not fit",
        "Is that not possible?",
        "It is not worn",
        "Das hat nicht gepasst",
        "I already paid",
    ],
)
def test_words_that_reject_nothing(words: str) -> None:
    assert not says_it_did_not_help(words)
