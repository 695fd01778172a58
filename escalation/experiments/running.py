"""Starting, stopping and watching experiments. Every step is one transaction that the database lets happen once."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from agent.errors import ConflictError
from escalation.after.policy import After
from escalation.experiments.counting import facts_of
from escalation.experiments.plan import Plan, possible
from escalation.experiments.records import Experiment, ExperimentEvent, Happened, Tried
from escalation.experiments.results import Results, results_of
from knowledge.database import Database, utc_now

log = structlog.get_logger()

EVERY = timedelta(
    minutes=2
)  # between two looks at the guardrails; each reads every conversation of the experiment
FRESH = timedelta(seconds=20)  # so long many open pages are shown the same count


class ExperimentNotFoundError(LookupError):
    """There is no experiment of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no experiment {name!r}. `candor experiment list` names them.")


class ExperimentConflictError(ConflictError):
    """It cannot be done as things stand. The message says what stands against it."""


async def running(database: Database) -> list[Experiment]:
    """The experiments that run, by name."""
    query = select(Experiment).where(col(Experiment.ended_at).is_(None)).order_by(col(Experiment.name))
    async with database.reading() as session:
        return list((await session.exec(query)).all())


async def stop(database: Database, name: str, *, why: str, now: datetime, by: str | None = None) -> bool:
    """End it for good: everybody is back with the control. False if somebody else has. Raises `ExperimentNotFoundError`."""
    async with database.transaction() as session:
        ended = await session.exec(
            update(Experiment)
            .where(col(Experiment.name) == name, col(Experiment.ended_at).is_(None))
            .values(ended_at=now)
        )
        if ended.rowcount == 0:
            if await session.get(Experiment, name) is None:
                raise ExperimentNotFoundError(name)
            return False
        await session.exec(delete(Tried).where(col(Tried.experiment) == name))
        session.add(ExperimentEvent(experiment=name, kind=Happened.STOPPED, by=by, why=why, at=now))
    log.warning("experiment_stopped", name=name, by_a_person=by is not None)
    return True


class Experiments:
    """The experiments of a database."""

    def __init__(self, database: Database, after: After, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.after = after
        self.clock = clock
        self._looked_at: datetime | None = None
        self._counted: dict[str, Results] = {}

    async def start(self, plan: Plan, *, by: str | None) -> Experiment:
        """Begin it. Whether it fits the product was asked before (`fitting.check_fits`). Raises `ExperimentConflictError`."""
        made = Experiment(
            name=plan.experiment,
            plan=plan.model_dump(mode="json", exclude_defaults=True),
            version=plan.version,
            share=plan.share,
            started_at=self.clock(),
        )
        try:
            async with self.database.transaction() as session:
                session.add(made)
                await session.flush()
                session.add_all(Tried(subject=one, experiment=made.name) for one in plan.change.subjects)
                session.add(
                    ExperimentEvent(
                        experiment=made.name,
                        kind=Happened.STARTED,
                        by=by,
                        why=f"With {plan.share:g} of the customers.",
                        at=made.started_at,
                    )
                )
        except IntegrityError as error:
            raise await self._in_the_way(plan) from error
        log.info("experiment_started", name=made.name, share=made.share)
        return made

    async def stop(self, name: str, *, by: str | None, why: str) -> None:
        """End it for good. Raises `ExperimentNotFoundError`, and `ExperimentConflictError` if it has ended."""
        if not await stop(self.database, name, why=why, now=self.clock(), by=by):
            ended = await self.find(name)
            raise ExperimentConflictError(
                f"{name} has ended already, on {ended.ended_at:%Y-%m-%d at %H:%M} UTC."
            )

    async def set_share(self, name: str, share: float, *, by: str | None) -> None:
        """More or fewer customers from now on; conversations that have drawn keep what they drew.

        Raises ValueError, `ExperimentNotFoundError` and `ExperimentConflictError`.
        """
        possible(share)
        before = await self.find(name)
        async with self.database.transaction() as session:
            moved = await session.exec(
                update(Experiment)
                .where(col(Experiment.name) == name, col(Experiment.ended_at).is_(None))
                .values(share=share)
            )
            if moved.rowcount == 0:
                raise ExperimentConflictError(f"{name} has ended; name a new experiment.")
            why = f"From {before.share:g} to {share:g} of the customers."
            session.add(
                ExperimentEvent(experiment=name, kind=Happened.SHARE, by=by, why=why, at=self.clock())
            )

    async def find(self, name: str) -> Experiment:
        """One of them. Raises `ExperimentNotFoundError`."""
        async with self.database.reading() as session:
            found = await session.get(Experiment, name)
        if found is None:
            raise ExperimentNotFoundError(name)
        return found

    async def all(self) -> list[tuple[Experiment, list[ExperimentEvent]]]:
        """Every experiment, the newest first, with what happened to it in its order."""
        async with self.database.reading() as session:
            found = (await session.exec(select(Experiment).order_by(col(Experiment.started_at).desc()))).all()
            events = (await session.exec(select(ExperimentEvent).order_by(col(ExperimentEvent.id)))).all()
        return [(one, [event for event in events if event.experiment == one.name]) for one in found]

    async def results(self, name: str) -> Results:
        """Its figures, at most `FRESH` old. Raises `ExperimentNotFoundError`."""
        now, known = self.clock(), self._counted.get(name)
        if known is None or not timedelta() <= now - known.at < FRESH:
            known = self._counted[name] = await self._count(await self.find(name), now)
        return known

    async def look(self) -> None:
        """Look at the guardrails of all that run, unless that was just done, and stop what breaks one."""
        now = self.clock()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < EVERY:
            return
        self._looked_at = now
        for experiment in await running(self.database):
            results = self._counted[experiment.name] = await self._count(experiment, now)
            if why := results.why_stop:
                await stop(self.database, experiment.name, why=why, now=now)

    async def _count(self, experiment: Experiment, now: datetime) -> Results:
        """Of one that has ended what there was at its end: later words in its conversations are the control's."""
        async with self.database.reading() as session:
            conversations = await facts_of(session, experiment.name)
        plan, until = Plan.model_validate(experiment.plan), experiment.ended_at or now
        # On a thread: of thousands of conversations it takes a while, and customers are waiting.
        return await asyncio.to_thread(results_of, plan, conversations, until, self.after)

    async def _in_the_way(self, plan: Plan) -> ExperimentConflictError:
        async with self.database.reading() as session:
            same = await session.get(Experiment, plan.experiment)
            tried = (
                await session.exec(select(Tried).where(col(Tried.subject).in_(plan.change.subjects)))
            ).first()
        if same is not None:
            state = "runs" if same.ended_at is None else f"ended on {same.ended_at:%Y-%m-%d}"
            return ExperimentConflictError(
                f"experiment: {plan.experiment!r} {state}, and a name is used once. Name a new experiment."
            )
        what, who = (tried.subject, tried.experiment) if tried else ("it", "another experiment")
        return ExperimentConflictError(
            f"variants: B.{what} is tried by {who} already, and two at once would not tell whose doing it is. Stop that one first "
            "(`candor experiment stop`)."
        )
