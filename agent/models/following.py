"""What a message does to the request under way: begins one, answers, asks something in between, turns to another.

A new request and a question are told from an answer by what was asked for; where it could be both it is an answer.
"""

import re
from dataclasses import replace

from agent.changes import CHANGES
from agent.consent import Consent, read_consent
from agent.models import choosing, understanding
from agent.models.address_words import address_fields
from agent.models.task import Request, Task
from agent.models.wishes import LOOK_UPS, SURE, leads_elsewhere, plain_wish, wish_of
from agent.signals import Intent

_AS_WELL = re.compile(r"^\W*(?:and|also)\b.{0,20}\d.{0,3}\b(?:too|as well|also)\b", re.IGNORECASE)
_SHORT = 4  # words; a question of so few is an answer that is not sure of itself ("the blue one?")


def under_way(request: Request) -> Task | None:
    """The request that waits for an answer, if one does."""
    return request.task if request.task and request.task.asked_for else None


def task_of(request: Request) -> Task | None:
    """The request that this message makes or goes on with; None if it is about something else."""
    text, task = request.text, under_way(request)
    wish = wish_of(text, request.signals)
    if task is None:
        return _corrected(request) or (_begun(wish, request) if wish else _for_another_order(request))
    if drops(request):
        return None
    if wish in LOOK_UPS and wish != task.wish and _is_question(text) and not _only_answers(text, task):
        return replace(_begun(wish, request), paused=task)
    if wish and _turns_to(wish, request, task):
        return _begun(wish, request)
    if steps_aside(request):
        return None
    return replace(task, said=(*task.said, text))


def drops(request: Request) -> bool:
    """Whether the customer takes back what is under way. A no to "Do you mean …?" is an answer."""
    task = under_way(request)
    suggested = task is not None and task.blank == "order" and bool(task.about)
    return understanding.drops_request(request.text) and not (
        suggested and read_consent(request.text) is Consent.NO
    )


def steps_aside(request: Request) -> bool:
    """Whether it is a question or a courtesy in the middle of a request, after which the request goes on."""
    task, text = under_way(request), request.text
    if task is None or _answers(text, task):
        return False
    if request.signals.intent in (Intent.thanks, Intent.greeting):
        return request.signals.intents.get(request.signals.intent, 0) >= SURE
    return understanding.asks_about_rule(text) or (_is_question(text) and len(text.split()) > _SHORT)


def _begun(wish: str, request: Request) -> Task:
    """A new request. It is about the order that was spoken of, if the words point back to it ("exchange them instead")."""
    before, text = request.task, request.text
    given = {}
    if before and understanding.points_back(text):
        kept = ("order", "items") if before.asked_for else ("order",)
        given = {name: before.given[name] for name in kept if name in before.given}
    return Task(wish, said=(text,), given=given)


def _corrected(request: Request) -> Task | None:
    """A change of mind right after a proposal was shown: "sorry, three of them"."""
    task = request.task
    if task is None or not request.proposal_is_open or task.wish not in CHANGES:
        return None
    if plain_wish(request.text) or not understanding.corrects(request.text):
        return None
    if understanding.drops_request(request.text) or understanding.asks_about_rule(request.text):
        return None
    items = task.given.get("items", [])
    of_one = len(items) == 1 and not task.given.get("variant")
    asked_for = f"quantity:{items[0]}" if of_one and understanding.counts(request.text) else ""
    return replace(task, said=(*task.said, request.text), asked_for=asked_for)


def _for_another_order(request: Request) -> Task | None:
    """The same for another order: "and TT-10429?", "and TT-10429 too, ordered by mistake as well"."""
    task, text = request.task, request.text
    as_well = len(text.split()) <= _SHORT or _AS_WELL.search(text) is not None
    again = task is not None and understanding.order_number(text) and as_well
    return replace(task, said=(*task.said, text)) if task and again else None


def _turns_to(wish: str, request: Request, task: Task) -> bool:
    """Whether the customer now wants something else."""
    if wish == task.wish or (wish in LOOK_UPS and not _is_question(request.text)):
        return False
    if plain_wish(request.text) == wish:
        return not {wish, task.wish} <= {"change_items", "exchange_items"}
    return not _answers(request.text, task) and leads_elsewhere(wish, task.wish, request.signals)


def _is_question(text: str) -> bool:
    return "?" in text or understanding.asks_about_rule(text) or plain_wish(text) in LOOK_UPS


def _only_answers(text: str, task: Task) -> bool:
    """Whether it is nothing but an answer, such as a bare order number with a question mark."""
    return _answers(text, task) and len(text.split()) <= _SHORT and plain_wish(text) is None


def _answers(text: str, task: Task) -> bool:
    """Whether the words alone, without the shop's data, fill in what was asked for."""
    match task.blank:
        case "order":
            return bool(understanding.order_number(text)) or choosing.place_meant(text) is not None
        case "quantity":
            return understanding.number_meant(text) is not None and not understanding.asks_about_rule(text)
        case "address":
            return bool(address_fields(text))
        case "amount":
            return understanding.amount_meant(text) is not None
        case "refund_to":
            return understanding.refund_choice(text) is not None and not understanding.asks_about_rule(text)
        case _:
            return choosing.place_meant(text) is not None and len(text.split()) <= _SHORT
