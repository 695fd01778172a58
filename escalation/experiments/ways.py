"""Which way a conversation is attended to. With no experiment running that is the product as it is, and nothing is asked."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from agent.records import Conversation
from agent.turn import Turn
from escalation.experiments.lots import Variant, draw, who_of
from escalation.experiments.plan import Plan, together
from escalation.experiments.records import Experiment, Lot
from escalation.experiments.running import running, stop
from escalation.experiments.thresholds import WayError
from escalation.experiments.way import Way, varied
from escalation.triggers import Triggers
from knowledge.database import Database, utc_now
from knowledge.library import KnowledgeBase

log = structlog.get_logger()

# Where several processes serve, an experiment begins so long after it was started: by then each has looked twice.
SETTLING = timedelta(minutes=1)


class Ways:
    """The ways of one process. `refresh` looks which experiments run; `of` draws for a conversation and tells its way."""

    def __init__(
        self,
        database: Database,
        triggers: Triggers,
        turn: Turn,
        knowledge: KnowledgeBase,
        *,
        settling: timedelta = SETTLING,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.knowledge = knowledge
        self.control = Way(triggers, turn, {})
        self.settling = settling
        self.clock = clock
        self._running: dict[str, Experiment] = {}
        self._made: dict[frozenset[str], Way] = {}

    async def refresh(self) -> None:
        """Look which experiments run, and get ready for them. One that this product cannot do is stopped, and why is kept."""
        found: dict[str, Experiment] = {}
        for experiment in await running(self.database):
            try:
                await self._made_of([experiment])
            except WayError as error:
                await stop(
                    self.database, experiment.name, why=f"It cannot be done here: {error}.", now=self.clock()
                )
            else:
                found[experiment.name] = experiment
        if found.keys() != self._running.keys():
            log.info("experiments_running", names=sorted(found))
            self._made = {names: way for names, way in self._made.items() if names <= found.keys()}
        self._running = found

    async def of(self, conversation: Conversation, *, begins: bool) -> Way:
        """The way of a conversation; `begins`: it has had no turn, so it may draw. Later it keeps what it drew."""
        if not self._running:
            return self.control
        lots = await self._lots(conversation)
        if begins and not lots:
            lots = await self._draw(conversation)
        tried = {lot.experiment: lot.variant for lot in lots}
        with_b = [self._running[name] for name, variant in tried.items() if variant == Variant.B]
        way = await self._made_of(with_b)
        return Way(way.triggers, way.turn, tried)

    async def _lots(self, conversation: Conversation) -> list[Lot]:
        """What it has drawn of what still runs, whichever process stopped it."""
        query = (
            select(Lot)
            .join(Experiment, col(Experiment.name) == col(Lot.experiment))
            .where(
                Lot.conversation_id == conversation.id,
                col(Experiment.ended_at).is_(None),
                col(Experiment.name).in_(self._running),
            )
            .order_by(col(Lot.experiment))
        )
        async with self.database.reading() as session:
            return list((await session.exec(query)).all())

    async def _draw(self, conversation: Conversation) -> list[Lot]:
        who, now, lots = who_of(conversation), utc_now(), []
        for experiment in self._running.values():
            drawn = draw(experiment.name, who, experiment.share)
            if drawn.variant is not None and self.clock() >= experiment.started_at + self.settling:
                lots.append(
                    Lot(
                        conversation_id=conversation.id,
                        experiment=experiment.name,
                        variant=drawn.variant,
                        unit=drawn.unit,
                        at=now,
                    )
                )
        if not lots:
            return []
        try:
            async with self.database.transaction() as session:
                session.add_all(lots)
        except IntegrityError:
            pass  # another process attends to it too, and was quicker
        # Read again: an experiment may have been stopped between the last look and now.
        return await self._lots(conversation)

    async def _made_of(self, experiments: Sequence[Experiment]) -> Way:
        """The product with B of each of these, made once. Raises `WayError`."""
        names = frozenset(one.name for one in experiments)
        if names not in self._made:
            change = together(Plan.model_validate(one.plan).change for one in experiments)
            self._made[names] = await varied(self.control, change, self.knowledge)
        return self._made[names]
