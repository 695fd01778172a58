"""The judge of changes, as a pure function (law 2).

`decide` alone says what may be done: `Allowed`, `NeedsInput`, `NeedsPerson` or `Refused`. Which rules apply to a kind of
change stands in its entry (`agent/changes`), their numbers, reasons and articles in `agent/rules.py`. Amounts are worked
out here; no request carries one that counts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from agent.cases import Case
from agent.changes import CHANGES
from agent.changes.checks import (
    done_by_this_shop,
    known_well_enough,
    money_goes_where_the_level_reaches,
    not_too_many_today,
    signed_in_lately,
)
from agent.rules import RULES
from agent.verdicts import Allowed, NeedsPerson, Objection, Verdict

# Before the rules of its kind, every change passes these.
_ALWAYS = (done_by_this_shop, known_well_enough, signed_in_lately, not_too_many_today)


def decide(case: Case[Any]) -> Verdict:
    """May this be done? The first rule that objects decides, but what only a person's approval stands against is judged to
    the end: they are asked for what is otherwise in order, and told every reason.
    """
    entry = CHANGES[case.action.kind]
    missing, objection = _weigh(check(case) for check in (*_ALWAYS, *entry.checks))
    if objection:
        return objection
    effects = entry.effects(case)
    more, objection = _weigh(
        bound(case, effects) for bound in (money_goes_where_the_level_reaches, *entry.bounds)
    )
    if objection:
        return objection
    missing += more
    if not missing:
        return Allowed(effects)
    return replace(
        missing[0], effects=effects, at_stake=entry.at_stake(case, effects), also=tuple(missing[1:])
    )


def _weigh(said: Iterable[Objection | None]) -> tuple[list[NeedsPerson], Objection | None]:
    """The approvals that are missing, up to the first objection that nobody's approval overcomes."""
    missing: list[NeedsPerson] = []
    for objection in said:
        if isinstance(objection, NeedsPerson) and RULES[objection.reason].approvable:
            missing.append(objection)
        elif objection:
            return missing, objection
    return missing, None
