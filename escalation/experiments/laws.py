"""What no experiment may vary: the laws of docs/architecture.md hold for everybody. By the word that somebody may write."""

from collections.abc import Mapping

_MONEY = "what may be paid back, changed or refused is policy, which is code and the same for every customer"
_EXIT = "the way to a person is the same for everybody and always works; no lot may lengthen it"
_DISCLOSURE = "that the AI is an AI, and for whom it speaks, is told to everybody in the same words"
_FLOOR = "who may speak to the customer is one owner at a time, whatever is tried"
_CHECK = "every sentence is held to its source for everybody; a variant that may say more is one that may say what is not so"
_YES = "nothing changes without the customer's own yes to exactly that"
_OWN = "a customer reaches only their own, by what they have proven"
_PRIVATE = "personal data is masked and kept for everybody alike"
_RECORD = "every turn is recorded and can be explained"

LAWS: Mapping[str, str] = {
    **dict.fromkeys(("policy", "limits", "rules", "refunds", "amounts", "windows", "approvals"), _MONEY),
    **dict.fromkeys(("person", "exit", "handoff", "escalation", "wants_person", "button"), _EXIT),
    **dict.fromkeys(("disclosure", "shop_name", "what_i_am", "author"), _DISCLOSURE),
    **dict.fromkeys(("floor", "epoch", "owner"), _FLOOR),
    **dict.fromkeys(("check", "gate", "support", "citations", "receipts", "figures", "wording"), _CHECK),
    **dict.fromkeys(("confirmation", "consent", "proposals", "tools"), _YES),
    **dict.fromkeys(("identity", "levels", "step_up", "audience"), _OWN),
    **dict.fromkeys(("privacy", "veil", "tokens", "sees_clear_text", "model_sees_clear_text"), _PRIVATE),
    **dict.fromkeys(("log", "turn_log", "records", "ledger"), _RECORD),
}

# Conditions of a trigger's rule that no experiment may move, by how they begin: the customer's own wish for a person, and what
# is at stake for them. Nobody's danger is put to the lot.
FIXED_INPUTS = ("wants_person", "stakes.")


def is_fixed(conditions: Mapping[str, object]) -> bool:
    """Whether the thresholds of a rule with these conditions are the same for everybody."""
    return any(name.startswith(FIXED_INPUTS) for name in conditions)
