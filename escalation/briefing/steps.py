"""The next step that the briefing suggests: the first rule of a list that fits. A suggestion; nothing acts on it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agent.records import ApprovalStatus, AuthorKind, Message, MessageKind, ProposalStatus
from agent.signals import Stake
from escalation.briefing.lines import Line, Part, quote

if TYPE_CHECKING:
    from escalation.briefing.material import Material

# What is at stake for somebody comes before what somebody wants.
AT_STAKE: Mapping[str, str] = {
    Stake.self_harm: "Make sure that they are safe before anything else.",
    Stake.threat: "Keep calm and answer no threat; tell a supervisor.",
    Stake.product_safety: "Ask whether anybody is hurt, and that the product is no longer used.",
    Stake.fraud: "Secure the account or the payment before anything else.",
    Stake.bereavement: "Say that you are sorry for their loss; ask for as little as possible.",
    Stake.discrimination: "Take it down as they tell it, and pass it to a supervisor.",
    Stake.legal: "Say nothing about liability; take the claim down and pass it on.",
    Stake.regulator_press: "Say nothing on the company's behalf; pass it on.",
    Stake.minor: "Check who decides about the order before you speak of it.",
    Stake.hardship: "Look for terms that they can pay; do not press.",
    Stake.chargeback: "Check the payment and what was delivered before you answer.",
    Stake.data_request: "Confirm the request on their data and pass it on.",
}

Advice = tuple[str, list[Message]] | None


def next_step(material: "Material") -> Line | None:
    """What to do first; None where the customer has said nothing."""
    for rule in RULES:
        if advice := rule(material):
            text, sources = advice
            return Line(Part.NEXT_STEP, "Next step", text, tuple(str(m.id) for m in sources))
    return None


def _acknowledge(material: "Material") -> Advice:
    corrections = [m for m in material.customer if m.corrects is not None and m.seq > material.last_of_person]
    return ("Acknowledge the correction, and go on from it.", corrections[-1:]) if corrections else None


def _protect(material: "Material") -> Advice:
    at_stake = material.at_stake
    return next(((text, at_stake[stake]) for stake, text in AT_STAKE.items() if stake in at_stake), None)


def _decide(material: "Material") -> Advice:
    pending = next((r for r in material.requests if r.status == ApprovalStatus.PENDING), None)
    told = [
        m for m in material.messages if pending and m.kind == MessageKind.HANDOFF and pending.title in m.text
    ][-1:]
    return (f"Approve or refuse: {pending.title}.", told) if pending and told else None


def _see_through(material: "Material") -> Advice:
    """What was confirmed or offered last and is not done."""
    if not (shown := material.shown):
        return None
    proposal, about = shown[-1]
    words = {
        ProposalStatus.FAILED: "Do by hand what failed: {}.",
        ProposalStatus.CONFIRMED: "Find out whether it was done: {}.",
        ProposalStatus.OPEN: "Wait for their yes or no to: {}.",
        ProposalStatus.WITHDRAWN: "Ask whether they still want it: {}.",
        ProposalStatus.EXPIRED: "Ask whether they still want it: {}.",
    }.get(ProposalStatus(proposal.status))
    return (words.format(proposal.title), about[:1]) if words else None


def _answer(material: "Material") -> Advice:
    since = max(material.last_of_person, material.matter.seq - 1 if material.matter else 0)
    missed = [m for m in material.missed_messages if m.seq > since]
    return (f"Answer what the AI could not: {quote(missed[-1].text, 12)}", missed[-1:]) if missed else None


def _apologise(material: "Material") -> Advice:
    felt = material.judged
    return (
        ("Apologise for what went wrong, then say what happens next and when.", felt[-1:])
        if material.feeling.upset and felt
        else None
    )


def _keep_word(material: "Material") -> Advice:
    people = [
        m for m in material.messages if m.author_kind == AuthorKind.HUMAN and m.kind == MessageKind.TEXT
    ]
    kept = [line for line in material.promises if line.label != "Promised by AI"]
    told = [m for m in people if kept and str(m.id) in kept[-1].sources]
    return (f"Keep what was promised: {kept[-1].text}", told) if told else None


def _reply(material: "Material") -> Advice:
    if not (written := material.customer):
        return None
    if material.last_of_person > written[-1].seq:
        answer = [m for m in material.messages if m.seq == material.last_of_person]
        return "Wait for their answer, or resolve it.", answer
    return "Answer their last message.", written[-1:]


RULES: tuple[Callable[["Material"], Advice], ...] = (
    _acknowledge, _protect, _decide, _see_through, _answer, _apologise, _keep_word, _reply,
)  # fmt: skip
