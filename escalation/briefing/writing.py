"""Writes a briefing from a thread, by rules: every line quotes, counts or retells, and names what it rests on."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from agent.language import UNKNOWN, detect
from agent.records import (
    ApprovalStatus,
    AuthorKind,
    Message,
    MessageKind,
    ProposalStatus,
)
from escalation.briefing.backing import backed
from escalation.briefing.facts import facts_of
from escalation.briefing.lines import Line, Part, in_order, quote
from escalation.briefing.material import Material
from escalation.briefing.speech import Said
from escalation.briefing.steps import next_step
from escalation.briefing.summary import summarise

MISSES = 3  # of the questions that the AI could not answer, the last ones are quoted
CARDS = 3  # of the changes done or proposed, the last ones are told
CORRECTIONS = 2
MOOD = 4  # judged messages whose feelings are told
LOOKED_AT = 40  # spoken messages that the first line is made from, the last ones
WORSE = 0.05  # levels a message

_STATUS = {
    ProposalStatus.OPEN: "offered, not confirmed",
    ProposalStatus.CONFIRMED: "confirmed, outcome not known yet",
    ProposalStatus.DONE: "done",
    ProposalStatus.FAILED: "confirmed, but it failed",
    ProposalStatus.DECLINED: "declined by the customer",
    ProposalStatus.EXPIRED: "expired unconfirmed",
    ProposalStatus.WITHDRAWN: "withdrawn unconfirmed",
}


def write_briefing(material: Material) -> list[Line]:
    """The lines in reading order. Those without matter are left out, and so is one that its sources do not bear out."""
    brief, wants, came_with = _brief(material), _wants(material), _came_with(material)
    told = {source for line in (brief, wants, came_with) if line for source in line.sources}
    lines = [
        *corrections(material),
        _note(material),
        brief,
        next_step(material),
        *_cards(material),
        *material.promises,
        _feeling(material),
        _stakes(material),
        facts_of(material.messages),
        _unanswered(material),
        wants,
        came_with,
        _last_words(material, told),
        _tried(material),
    ]
    return backed(in_order([line for line in lines if line]), material.said)


def corrections(material: Material) -> list[Line]:
    """What the customer has corrected in a briefing, in their words."""
    found = [m for m in material.customer if m.corrects is not None]
    return [
        _line(Part.CORRECTION, "Corrected by the customer", quote(m.text), [m]) for m in found[-CORRECTIONS:]
    ]


def _line(part: Part, label: str, text: str, sources: Sequence[Message]) -> Line:
    return Line(part, label, text, tuple(str(m.id) for m in sources))


def _note(material: Material) -> Line | None:
    """What a colleague noted last: whoever comes next should know it before anything else."""
    notes = [m for m in material.messages if m.kind == MessageKind.NOTE and m.author_kind == AuthorKind.HUMAN]
    return (
        _line(Part.NOTE, f"Note by {notes[-1].author_name}", quote(notes[-1].text), notes[-1:])
        if notes
        else None
    )


def _brief(material: Material) -> Line | None:
    """The matter and what came of it. English is retold; in other languages the matter is quoted."""
    matter, last = material.matter, material.spoken[-LOOKED_AT:]
    spoken = last if matter is None or matter in last else [matter, *last]
    if _foreign(material, spoken):
        # Rather than nothing the first thing that they said: it may not have been read yet, or be no more than a greeting.
        quoted = matter or next((m for m in spoken if m.author_kind == AuthorKind.CUSTOMER), None)
        return (
            _line(Part.BRIEF, "In brief", f"Customer writes: {quote(quoted.text)}", [quoted])
            if quoted
            else None
        )
    told = summarise(
        [(_WHO[AuthorKind(m.author_kind)], m.text) for m in spoken], spoken.index(matter) if matter else None
    )
    return (
        _line(Part.BRIEF, "In brief", told.text, [spoken[place] for place in told.places])
        if told.text
        else None
    )


def _foreign(material: Material, spoken: Sequence[Message]) -> bool:
    """Whether the words for English would not fit: the matter is known to be in another language, or as far as it is known
    no more than half of what they wrote is English. A word of which nobody can say ("Guten Tag") counts for neither.
    """
    languages = {
        m.id: material.readings[m.id].language if m.id in material.readings else detect(m.text)[0]
        for m in spoken
        if m.author_kind == AuthorKind.CUSTOMER
    }
    if material.matter and languages[material.matter.id] not in ("en", UNKNOWN):
        return True
    known = [language for language in languages.values() if language != UNKNOWN]
    return 2 * known.count("en") <= len(known)


_WHO = {AuthorKind.CUSTOMER: Said.CUSTOMER, AuthorKind.AI: Said.AI, AuthorKind.HUMAN: Said.AGENT}


def _cards(material: Material) -> list[Line]:
    """What was done, in the words of its receipt, and what was offered or asked for and is not done."""
    lines = []
    for proposal, about in material.shown[-CARDS:]:
        receipt = next((m for m in about if m.kind == MessageKind.RECEIPT), None)
        details = "; ".join(
            f"{row['label']}: {row['value']}" for row in proposal.lines if row["label"] != "Order"
        )
        status = _STATUS[ProposalStatus(proposal.status)]
        text = receipt.text if receipt else f"{proposal.title} ({details}) – {status}"
        done = proposal.status == ProposalStatus.DONE
        lines.append(_line(Part.DONE if done else Part.PROPOSED, "Done" if done else "Proposed", text, about))
    for request in material.requests:
        told = [m for m in material.messages if m.kind == MessageKind.HANDOFF and request.title in m.text][
            -1:
        ]
        if request.status == ApprovalStatus.PENDING and told:
            lines.append(
                _line(Part.PROPOSED, "Proposed", f"{request.title} – waits for a person's approval", told)
            )
    return lines


def _feeling(material: Material) -> Line | None:
    judged = material.judged[-MOOD:]
    if not judged:
        return None
    felt = [str(material.readings[m.id].emotion) for m in judged]
    course = " → ".join(word for before, word in zip([None, *felt], felt, strict=False) if word != before)
    slope = material.feeling.slope
    way = "getting worse" if slope > WORSE else "calming down" if slope < -WORSE else ""
    told = [course, "upset" if material.feeling.upset else "", way]
    return _line(Part.FEELING, "Feeling", "; ".join(word for word in told if word), judged)


def _stakes(material: Material) -> Line | None:
    found = material.at_stake
    sources = {m.id: m for messages in found.values() for m in messages}
    told = ", ".join(stake.replace("_", " ") for stake in found)
    return _line(Part.STAKES, "At stake", told, list(sources.values())) if found else None


def _unanswered(material: Material) -> Line | None:
    missed = material.missed_messages[-MISSES:]
    return (
        _line(Part.UNANSWERED, "AI could not answer", "; ".join(quote(m.text) for m in missed), missed)
        if missed
        else None
    )


def _wants(material: Material) -> Line | None:
    """The matter in the customer's own words, and what kind of thing it is."""
    if (message := material.matter) is None:
        return None
    about = str(material.readings[message.id].intent).replace("_", " ")
    return _line(
        Part.WANTS, "Wants" if about == "other" else f"Wants ({about})", quote(message.text), [message]
    )


def _came_with(material: Material) -> Line | None:
    """The words that the last handoff followed, where they are not the matter itself."""
    handoff = next((m for m in reversed(material.messages) if m.kind == MessageKind.HANDOFF), None)
    before = [m for m in material.customer if handoff and m.seq < handoff.seq and m.corrects is None][-1:]
    return (
        _line(Part.CAME_WITH, "Came with", quote(before[0].text), before)
        if before and before[0] is not material.matter
        else None
    )


def _last_words(material: Material, told: AbstractSet[str]) -> Line | None:
    """What was said last, unless a line above tells it already."""
    last = [m for m in material.customer if m.corrects is None][-1:]
    return (
        _line(Part.LAST_WORDS, "Last words", quote(last[0].text), last)
        if last and str(last[0].id) not in told
        else None
    )


def _tried(material: Material) -> Line | None:
    """Which articles the AI answered from. A draft that came too late is a note: it answered nobody."""
    answers = [
        m
        for m in material.messages
        if m.author_kind == AuthorKind.AI and m.kind == MessageKind.TEXT and m.citations
    ]
    titles = list(dict.fromkeys(c["title"] for m in answers for c in m.citations))[-MOOD:]
    used = [m for m in answers if any(c["title"] in titles for c in m.citations)]
    return _line(Part.TRIED, "AI answered from", "; ".join(titles), used) if titles else None
