"""The first line of a briefing: what the customer wants and what came of it, in a few sentences, by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from escalation.briefing.acts import Act, acts_of
from escalation.briefing.matter import Matter, matter_of
from escalation.briefing.speech import Said

ACTS = 2  # told, beside an apology
LONGEST = 36  # words; in a longer one the act that weighs less is left out

_RANK = {"ask": 4, "deed": 3, "suggest": 3, "inform": 2, "question": 1}
_VERBS = (
    "says that ",
    "asks to ",
    "asks for ",
    "asks ",
    "suggests to ",
    "offers to ",
    "has ",
    "will ",
    "is ",
)
_WHO = {Said.AGENT: "Agent", Said.AI: "AI"}


@dataclass(frozen=True)
class Summary:
    """The text, and the places in the thread of the messages that it rests on."""

    text: str
    places: tuple[int, ...]


def summary_of(thread: Sequence[tuple[str, str]]) -> str:
    """The gist of a thread of `(author, text)`, oldest first; author: `customer`, `agent` or `ai`. "" where nothing was said.

    For English threads: the rules know no other language.
    """
    return summarise(thread).text


def summarise(thread: Sequence[tuple[str, str]], about: int | None = None) -> Summary:
    """The same with its sources. `about` is the place of the message that states the matter, where that is known; then only
    what came after it is told of the company's side.
    """
    matter = matter_of(thread, about)
    acts = [act for act in acts_of(thread) if about is None or act.place > about]
    told = _told(thread, matter, _chosen(acts, ACTS))
    return told if len(told.text.split()) <= LONGEST else _told(thread, matter, _chosen(acts, ACTS - 1))


def _told(thread: Sequence[tuple[str, str]], matter: Matter | None, acts: Sequence[Act]) -> Summary:
    sentences = [f"Customer {matter.told}."] if matter else []
    for author, group in groupby(acts, key=lambda act: thread[act.place][0]):
        sentences.append(f"{_WHO[Said(author)]} {_listed([act.told for act in group])}.")
    places = [*(matter.places if matter else ()), *(act.place for act in acts)]
    return Summary(" ".join(sentences), tuple(dict.fromkeys(places)))


def _chosen(acts: Sequence[Act], count: int) -> list[Act]:
    """An apology, and the acts that weigh most in the order of the thread."""
    weighty = sorted((act for act in acts if act.kind != "sorry"), key=lambda act: -_RANK[act.kind])[:count]
    return [act for act in acts if act.kind == "sorry"] + [act for act in acts if act in weighty]


def _listed(told: Sequence[str]) -> str:
    """The acts in one sentence; a verb that comes twice is said once: apologizes, says that A and that B."""
    said = list(told[:1])
    for before, each in pairwise(told):
        verb = next((verb for verb in _VERBS if before.startswith(verb) and each.startswith(verb)), "")
        small = verb.split()[-1] + " " if len(verb.split()) > 1 else ""
        said.append(small + each.removeprefix(verb))
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
