"""What nobody may read: card numbers, colleagues' notes, the AI's instructions."""

from collections.abc import Sequence

from agent import incoming
from evals.mutants.catalogue import Swap


def keep_cards() -> Sequence[Swap]:
    """Card numbers are kept as they were written."""
    return [(incoming, "mask_cards", lambda text: text)]
