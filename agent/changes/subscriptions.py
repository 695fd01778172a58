"""Stopping what renews itself."""

from agent.actions import StopRenewal
from agent.cases import Case
from agent.changes.entry import Entry
from agent.orders import Subscription
from agent.rules import Code
from agent.verdicts import NeedsInput, Objection, refused


def _meant(case: Case[StopRenewal]) -> Subscription | None:
    """The one that is named; without a name the only one."""
    all_, named = case.customer.subscriptions, case.action.subscription
    return next((s for s in all_ if s.id == named), None) if named else all_[0] if len(all_) == 1 else None


def _is_one_of_the_customer(case: Case[StopRenewal]) -> Objection | None:
    if _meant(case) is None:
        return NeedsInput(
            ("subscription",), "Which subscription of this account, by its id from show_account."
        )
    return None


def _still_renews(case: Case[StopRenewal]) -> Objection | None:
    subscription = _meant(case)
    ended = subscription is not None and not subscription.renews
    return refused(Code.ALREADY_STOPPED, name=subscription.name) if subscription and ended else None


def _rows(case: Case[StopRenewal]) -> list[tuple[str, str]]:
    subscription = _meant(case)
    if subscription is None:
        return []
    day = subscription.next_charge
    return [
        ("Subscription", subscription.name),
        ("Not charged any more", f"{subscription.price} on {day.day} {day:%B %Y}"),
    ]


STOP_RENEWAL = Entry(
    request=StopRenewal,
    checks=(_is_one_of_the_customer, _still_renews),
    title=lambda _: "Stop the renewal of a subscription",
    lines=lambda case, _: _rows(case),
    receipt=lambda _, __: "The subscription does not renew itself any more.",
    undo="The customer can subscribe again.",
)
