"""The thread as a language model reads it: a system prompt, then the turns, outside text fenced as data."""

from collections.abc import Sequence
from datetime import datetime

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.compaction import divided, in_brief
from agent.known import Known
from agent.prompts import fence, render
from agent.records import AuthorKind, Message, MessageKind, Proposal
from agent.sent_files import for_model, has_files
from agent.signals import Signals
from knowledge.search import Found

OF_THE_ASSISTANT = "system.md"
OF_A_COLLEAGUE = "draft.md"  # takes the same values

DOES_NOT_KNOW = "I could not find that in our help centre, and I would rather not guess. A person on our team can look into it."
WHAT_I_AM = "I am an AI assistant that speaks for {shop_name}, not a person. If you would rather talk with a person, I can fetch one."
BROKE_OFF = "My answer broke off here. Please ask again, or a person on our team can go on."
PLEASE_CONFIRM = "Please check the details below. Nothing changes until you confirm."


def messages_for_model(
    thread: Sequence[Message],
    asked: Sequence[Message],
    *,
    found: Sequence[Found],
    signals: Signals,
    shop_name: str,
    tone: str = "",
    prompt: str = OF_THE_ASSISTANT,
    customer_name: str | None,
    handback_note: str | None,
    open_proposal: Proposal | None,
    today: datetime,
    known: Known | None = None,
) -> list[BaseMessage]:
    """The messages of one model call: what was said, the older part of a long thread in brief, then what is `asked` now.

    The last one carries the passages and, for the offline model, the signals and passages as objects in
    `additional_kwargs['candor']`, which no endpoint is sent. So does the first one carry what is `known` to be the
    customer's, for the veil (`agent/models/veiled.py`).
    """
    system = render(
        prompt,
        shop_name=shop_name,
        tone=tone,
        today=f"{today:%A, %d %B %Y}",
        customer_name=fence("name", customer_name) if customer_name else None,
        handback_note=fence("note", handback_note) if handback_note else None,
    )
    question = "\n".join(message.text for message in asked)
    files = "\n".join(filter(None, map(for_model, asked)))
    older, recent = divided([message for message in thread if message not in asked])
    history = [turn for message in recent if (turn := _as_turn(message))]
    if earlier := in_brief(older):
        history.insert(0, HumanMessage(fence("earlier", earlier)))
    passages = "\n".join(
        fence(
            "passage",
            f.passage.text,
            number=number,
            title=" › ".join((f.passage.title, *f.passage.heading_path)),
        )
        for number, f in enumerate(found, start=1)
    )
    waiting = (
        fence("proposal", _in_words(open_proposal), status="waits for the customer's yes")
        if open_proposal
        else ""
    )
    content = "\n\n".join(
        part
        for part in (
            passages or "No passage of the help centre fits.",
            waiting,
            fence("message", question),
            files,
        )
        if part
    )
    given = {
        "signals": signals,
        "found": list(found),
        "question": question,
        "proposal_is_open": open_proposal is not None,
        "with_files": has_files(asked),
    }
    whose = SystemMessage(system, additional_kwargs={"candor": {"known": known}})
    return [whose, *history, HumanMessage(content, additional_kwargs={"candor": given})]


def _in_words(proposal: Proposal) -> str:
    """A proposal's card as text."""
    return "\n".join([proposal.title, *(f"{row['label']}: {row['value']}" for row in proposal.lines)])


def _as_turn(message: Message) -> BaseMessage | None:
    match AuthorKind(message.author_kind), MessageKind(message.kind):
        case AuthorKind.CUSTOMER, _:
            said = [fence("message", message.text), for_model(message)]
            return HumanMessage("\n".join(filter(None, said)))
        case AuthorKind.AI, _:
            return AIMessage(message.text, additional_kwargs={"candor": {"task": message.task}})
        case AuthorKind.HUMAN, MessageKind.TEXT:
            return HumanMessage(fence("colleague", message.text))
        case AuthorKind.SYSTEM, MessageKind.RECEIPT:
            return HumanMessage(fence("receipt", message.text))
    return None
