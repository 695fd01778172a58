"""Whether a line rests on its sources: every figure and every name in it stands in one of them.

Figures are compared as the check of answers compares them (`agent/figures.py`): "two weeks" and "14 days" are the same. A
name is any word with a capital letter, wherever it stands, but for our own.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

import structlog

from agent.figures import figures
from agent.records import ApprovalRequest, Message, Proposal
from escalation.briefing.lines import Line

log = structlog.get_logger()

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"“(?P<said>[^“”]*?)(?: …)?”")
_CAPITAL = re.compile(r"[^\W\d_]*[A-ZÀ-ÞŁŚŻŹĆŃŐŰČŠŽ]")
_OWN = frozenset(
    """ai dm customer customers agent note in wants promised offered done facts feeling at orders amounts dates last corrected by
    approve decide do find keep make ask secure say offer answer tell acknowledge wait look take pass apologise apologize see read refund
    send call contact cancel review verify replace arrange help update check confirm explain the they i came proposed next""".split()  # noqa: SIM905 - a word list reads better as text
)


def backed(lines: Sequence[Line], said: Mapping[str, str], more: Collection[str] = ()) -> list[Line]:
    """The lines that rest on their sources (`said`: message id → everything it says); the others are dropped and logged."""
    kept = []
    for line in lines:
        source = "\n".join([*(said[id_] for id_ in line.sources if id_ in said), *more])
        strange = unbacked(f"{line.label}: {line.text}", source)
        if strange or not line.sources or not said.keys() >= set(line.sources):
            # What was strange may be what a customer wrote: it is counted, not told.
            log.warning("briefing_line_dropped", part=line.part, by=line.by, strange=len(strange))
        else:
            kept.append(line)
    return kept


def unbacked(text: str, source: str) -> AbstractSet[str]:
    """The figures and names of a text that its source does not have. A quotation that stands in it word for word has none."""
    plain = f" {' '.join(source.split())} "
    own = _QUOTED.sub(lambda quoted: "“”" if f" {quoted['said']} " in plain else quoted[0], text)
    # By lines, too: whether "once" is a figure depends on what follows it.
    known = figures(source).union(*map(figures, source.splitlines()))
    return (figures(own, exact=True) - known) | (_names(own) - _words(source))


def said_by(
    message: Message, proposals: Mapping[object, Proposal], requests: Sequence[ApprovalRequest] = ()
) -> str:
    """Everything that a message shows: its words and author, the card under it, the titles it cites."""
    parts = [message.text, message.author_name or "", *(c["title"] for c in message.citations)]
    if proposal := proposals.get(message.proposal_id):
        parts += _rows(proposal)
    parts += [row for request in requests if request.title in message.text for row in _rows(request)]
    if message.corrects:
        parts.append(message.corrects["text"])
    return "\n".join(parts)


def _rows(card: Proposal | ApprovalRequest) -> list[str]:
    return [card.title, *(f"{row['label']}: {row['value']}" for row in card.lines)]


def _names(text: str) -> set[str]:
    words = (word for word in _WORD.findall(text) if _CAPITAL.match(word))
    return {word.casefold() for word in words} - _OWN


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
