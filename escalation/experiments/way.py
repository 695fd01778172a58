"""How the AI attends to a conversation: the policy that decides before it, and the turn that answers. A variant is another way."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace

from agent.turn import Turn
from escalation.experiments.plan import Change
from escalation.experiments.thresholds import WayError, sure_from, with_thresholds
from escalation.triggers import Triggers
from knowledge.editions import EditionMissingError
from knowledge.library import KnowledgeBase


@dataclass(frozen=True)
class Way:
    """What an attendance goes by. `tried` are the experiments that it stands for: variant by name."""

    triggers: Triggers
    turn: Turn
    tried: Mapping[str, str]

    def told(self) -> dict[str, object]:
        """For a turn's record; nothing where nothing is tried."""
        return {"experiments": dict(self.tried)} if self.tried else {}


async def varied(way: Way, change: Change, knowledge: KnowledgeBase) -> Way:
    """The way with what a variant changes, made of the same parts. Raises `WayError`."""
    turn = copy(way.turn)
    if change.tone is not None:
        turn.tone = change.tone
    if change.model is not None:
        try:
            turn.providers = way.turn.providers.led_by(change.model)
        except LookupError as error:
            raise WayError(f"model: {error}") from error
    if change.knowledge or change.search:
        publication = change.knowledge.publication if change.knowledge else None
        try:
            turn.knowledge = await knowledge.edition(
                publication, sure_from(change.search) if change.search else None
            )
        except EditionMissingError as error:
            raise WayError(f"knowledge: {error}") from error
    return replace(way, turn=turn, triggers=with_thresholds(way.triggers, change))
