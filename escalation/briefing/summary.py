"""The first line of a briefing: what the customer wants and what came of it, in two sentences, by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalation.briefing.acts import Act, acts_of
from escalation.briefing.matter import matter_of

LONGEST = 38  # words


@dataclass(frozen=True)
class Summary:
    """The text, and the places in the thread of the messages that it rests on."""

    text: str
    places: tuple[int, ...]


def summary_of(thread: Sequence[tuple[str, str]]) -> str:
    """The gist of a thread of `(author, text)`, oldest first; author: customer, agent or ai. "" where nothing was said.

    English threads; in others the customer's words are hardly found.
    """
    return summarise(thread).text


def summarise(thread: Sequence[tuple[str, str]]) -> Summary:
    """The same with its sources."""
    matter, acts = matter_of(thread), _chosen(acts_of(thread))
    sentences, places = [], list(matter.places) if matter else []
    if matter:
        sentences.append(f"Customer {matter.told}.")
    if acts:
        who = "AI" if all(author != "agent" for author, _ in thread) else "Agent"
        sentences.append(f"{who} {_listed([act.told for act in acts])}.")
        places += [act.place for act in acts]
    return Summary(" ".join(sentences), tuple(dict.fromkeys(places)))


_RANK = {"ask": 4, "deed": 3, "suggest": 3, "inform": 2, "question": 1, "sorry": 0}
_VERBS = ("says that ", "asks to ", "asks for ", "asks ", "suggests to ", "has ", "will ", "is ")


def _chosen(acts: Sequence[Act]) -> list[Act]:
    """An apology, and the two acts that weigh most in the order of the thread."""
    weighty = sorted((act for act in acts if act.kind != "sorry"), key=lambda act: -_RANK[act.kind])[:2]
    return [act for act in acts if act.kind == "sorry"] + [act for act in acts if act in weighty]


def _listed(told: Sequence[str]) -> str:
    """ "apologizes, says that A and that B": a verb that comes twice is said once."""
    said = list(told[:1])
    for before, each in zip(told, told[1:], strict=False):
        verb = next((verb for verb in _VERBS if before.startswith(verb) and each.startswith(verb)), "")
        said.append(f"{verb.split()[-1]} {each.removeprefix(verb)}" if len(verb.split()) > 1 else each.removeprefix(verb))
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
