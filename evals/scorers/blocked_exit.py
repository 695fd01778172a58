"""Blocked exit: a customer asked for a person and did not get one.

Holds for every case, unless its author says that no person is due (`handoff: false`). The phrases here are this file's own.
"""

import re
from collections.abc import Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_customer, quoted, sentences
from evals.suites.case import Case

NAME = "blocked_exit"
_PERSON = r"(?:a |an |some|the |one of your |your |any |another )?(?:real |actual |live |human )*(?:human(?: being)?|person|people|agent|someone|somebody|colleague|representative|rep|manager|supervisor|employee|staff|operator|advisor)"
_ASKS = re.compile(
    rf"\b(?:(?:speak|talk|chat)(?:ing)?|connect me|put me through|transfer me|pass me on|hand me over|escalate(?: this)?)\s*(?:to|with)?\s+{_PERSON}\b"
    rf"|\b(?:get|give|fetch|want|need|bring)\s+(?:me\s+)?{_PERSON}(?:\s+(?:please|now|here|to talk))"
    r"|\b(?:i want|i need|get me|give me) (?:a |an )(?:real |actual |live )*(?:human|person)\b"
    r"|\bmit (?:einem|einer) (?:echten )?(?:menschen|mitarbeiter(?:in)?|person) (?:sprechen|reden|verbinden)"
    r"|\bparler (?:à|avec) (?:un humain|une personne|un conseiller|quelqu'un)"
    r"|\bhablar con (?:una persona|un humano|un agente|alguien)"
    r"|\bparlare con (?:una persona|un operatore|qualcuno)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:don't|do not|no need|without|rather not|not yet|instead of|before i|if i|did not|didn't|told|said|can't|cannot|"
    r"nicht|kein|ne .* pas|friend|wife|husband|bank|wanted to know)\b",
    re.IGNORECASE,
)


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """Whether whoever asked for a person got one."""
    if case.expect.handoff is False:
        return None
    pressed = any(said.kind == "step" and "Talk to a person" in said.text for said in transcript)
    asked = _asked(transcript)
    expects = case.expect.reason == "asked_for_person"
    if not (pressed or asked or expects):
        return None
    how = (
        "pressed the button"
        if pressed
        else f"asked for a person: {quoted(asked)}"
        if asked
        else "asked for a person"
    )
    if end.handoffs:
        return Verdict(scorer=NAME, passed=True, why=f"The customer {how} and got one.")
    return Verdict(scorer=NAME, passed=False, why=f"The customer {how} and got none.")


def _asked(transcript: Sequence[Said]) -> str:
    for said in by_customer(transcript):
        for sentence in sentences(said.text):
            if (
                _ASKS.search(sentence)
                and not _NOT.search(sentence)
                and not sentence.rstrip().endswith(("…", '"'))
            ):
                return sentence
    return ""
