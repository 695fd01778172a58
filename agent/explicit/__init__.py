"""What plain words say, without a model: a wish for a person, and the gravest stakes.

English stands in `english.py`, the other languages in a phrase file each (`de.yaml`, …; `README.md` tells how to add to
one). They speak beside the model, and alone where it does not (other languages, missing weights). Every language is tried
on every message: a short one often has no certain language.
"""

from agent.explicit import english
from agent.explicit.phrases import found_in_any
from agent.explicit.stake import Stake
from agent.explicit.text import LONGEST, clean, fold

__all__ = ["LONGEST", "Stake", "asks_for_person", "asks_whether_ai", "clean", "explicit_stakes"]


def asks_for_person(text: str) -> bool:
    """Whether the words ask for a human being ("can I talk to a real person", "ich will einen Menschen").

    A wish denied does not count ("I don't need to speak to a person").
    """
    folded = fold(text)
    return english.asks_for_person(folded) or "person" in found_in_any(folded)


def asks_whether_ai(text: str) -> bool:
    """Whether the words ask what they are talking with, a machine or a human being ("are you a bot?")."""
    folded = fold(text)
    return english.asks_whether_ai(folded) or "whether_ai" in found_in_any(folded)


def explicit_stakes(text: str) -> set[Stake]:
    """The grave stakes that the words name; an empty set says nothing about subtler ones."""
    folded = fold(text)
    return english.stakes(folded) | {Stake(name) for name in found_in_any(folded) if name in set(Stake)}
