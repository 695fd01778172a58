"""A real conversation as a case: it says what was done, and nothing of whoever it was."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import yaml

from agent.records import AuthorKind, Conversation, Floor, Message, MessageKind, Proposal, ProposalStatus
from escalation.records import Handoff
from evals.scrubbing import written
from evals.suites.files import read

CONVERSATION = Conversation(
    case_number="C-0A1B2C3D",
    customer_id="c-991",
    customer_name="Siobhán Byrne",
    customer_email="sb@mail.example",
)


def message(author: AuthorKind, text: str, **more: object) -> Message:
    return Message(conversation_id=CONVERSATION.id, seq=1, author_kind=author, text=text, **more)


def a_proposal(status: ProposalStatus) -> Proposal:
    return Proposal(
        conversation_id=CONVERSATION.id, customer_id="c-991", epoch=1, action="cancel_order", arguments={"order": "AB-778899"},
        title="Cancel order AB-778899", lines=[], digest="-", policy_version="-", status=status, expires_at=datetime.now(UTC),
    )  # fmt: skip


PROPOSAL = a_proposal(ProposalStatus.DONE)
TALK = [
    message(AuthorKind.SYSTEM, "You are chatting with an AI.", kind=MessageKind.DISCLOSURE),
    message(
        AuthorKind.CUSTOMER,
        "Hi, I am called Siobhán Byrne, sb@mail.example, 9 Shore Road. Cancel AB-778899 please, call me on +353 87 555 0192.",
    ),
    message(AuthorKind.AI, "I can do this.", proposal_id=PROPOSAL.id),
    message(
        AuthorKind.SYSTEM, "Order AB-778899 is cancelled.", kind=MessageKind.RECEIPT, proposal_id=PROPOSAL.id
    ),
    message(AuthorKind.SYSTEM, "A person is coming.", kind=MessageKind.HANDOFF),
    message(AuthorKind.HUMAN, "Hello Siobhán, Aoife here.", author_name="Aoife"),
    message(AuthorKind.SYSTEM, "Back with the AI.", kind=MessageKind.HANDBACK),
    message(AuthorKind.HUMAN, "Note to the AI: Siobhán is fine.", kind=MessageKind.NOTE, author_name="Aoife"),
]
HANDOFF = Handoff(
    conversation_id=CONVERSATION.id,
    reason="asked_for_person",
    why="-",
    urgency="normal",
    queue="general",
    decision={},
)


def test_nobody_is_in_the_case_and_every_step_is() -> None:
    text = written(CONVERSATION, TALK, [PROPOSAL], [HANDOFF])
    case = yaml.safe_load(text)["cases"][0]

    for secret in ("Siobh", "Byrne", "mail.example", "Shore Road", "778899", "0192", "Aoife", "c-991"):
        assert secret not in text
    assert [next(iter(line)) for line in case["customer"]["lines"]] == [
        "say", "confirm", "ask_for_person", "person_says", "hand_back",
    ]  # fmt: skip
    assert case["expect"]["receipts"] == [{"kind": "cancel_order", "order": "TT-10432"}]
    assert "TT-10432" in case["customer"]["lines"][0]["say"]


def test_the_case_can_be_read_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    file = folder / "new.yaml"
    conversation = CONVERSATION.model_copy(update={"floor": Floor.AI, "id": uuid4()})
    file.write_text(written(conversation, TALK, [PROPOSAL], [HANDOFF]), encoding="utf-8")

    suites = read([folder])

    assert not suites.problems
    assert suites.cases[0].case.expect.reason == "asked_for_person"
