"""The judge of changes, as a pure function (law 2).

`decide` alone says what may be done: `Allowed`, `NeedsInput`, `NeedsPerson` or `Refused`. Which rules apply to a kind of
change stands in its entry (`agent/changes`), their numbers, reasons and articles in `agent/rules.py`. Amounts are worked
out here; no request carries one that counts.
"""

from typing import Any

from agent.cases import Case
from agent.changes import CHANGES
from agent.changes.checks import done_by_this_shop, not_too_many_today
from agent.verdicts import Allowed, Verdict

# Before the rules of its kind, every change passes these.
_ALWAYS = (done_by_this_shop, not_too_many_today)


def decide(case: Case[Any]) -> Verdict:
    """May this be done? The first rule that objects decides."""
    entry = CHANGES[case.action.kind]
    for check in (*_ALWAYS, *entry.checks):
        if objection := check(case):
            return objection
    effects = entry.effects(case)
    for bound in entry.bounds:
        if objection := bound(case, effects):
            return objection
    return Allowed(effects)
