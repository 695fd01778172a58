"""`candor triggers`: the policy of when a conversation goes to a person, and what another one would have done."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.start import prepare, settings_now, stop

if TYPE_CHECKING:
    from escalation.replay import Replayed, Weighed
    from escalation.settings import Settings
    from escalation.triggers import Decision, Triggers

app = typer.Typer(no_args_is_help=True, help="When a conversation goes to a person: show and try the policy.")


@app.command()
def show(
    policy: Annotated[Path | None, typer.Option(help="Another policy file than the one in use.")] = None,
) -> None:
    """Print the policy: its rules in the order in which they are tried, and the numbers behind their inputs."""
    triggers = _load(policy or _in_use(settings_now()))
    typer.echo(f"Policy {triggers.version}\n")
    rows = [("rule", "holds when all of", "reason", "urgency", "queue")]
    for rule in triggers.rules:
        conditions = [_condition(name, least) for name, least in rule.when.items()]
        rows.append((rule.rule, conditions[0], rule.reason, rule.urgency, rule.queue))
        rows += [("", condition, "", "", "") for condition in conditions[1:]]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    shape = triggers.trajectory
    typer.echo(
        f"\nTrajectory: one message makes {shape.smoothing:g} of the level; upset from {shape.ring_at:g} until below "
        f"{shape.rest_below:g}; a level halves in {shape.half_life_days:g} days.\n"
        f"Repetition: two questions are the same from a cosine of {triggers.repetition.cosine:g}.\n"
        f"Order values are in {triggers.currency}. Tiers, lowest first: {', '.join(triggers.tiers) or 'none'}."
    )


@app.command()
def replay(
    policy: Annotated[Path, typer.Option(help="The new policy file, which is compared with the one in use.")],
    since: Annotated[
        datetime | None,
        typer.Option(help="Only conversations begun from this day on (UTC).", formats=["%Y-%m-%d"]),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also tell the messages for which both policies decide the same.")
    ] = False,
) -> None:
    """Weigh past conversations again and tell which would have been handed over, or no longer, and why.

    Asks no model and changes nothing.
    """
    settings = settings_now()
    current, new = _load(_in_use(settings)), _load(policy)
    prepare(settings)
    asyncio.run(_replay(settings, current, new, since.replace(tzinfo=UTC) if since else None, every=every))


async def _replay(
    settings: "Settings", current: "Triggers", new: "Triggers", since: datetime | None, *, every: bool
) -> None:
    from escalation.replay import Fate, fates
    from escalation.replay import replay as replayed_under
    from knowledge.database import Database

    database = Database(settings.records_url)
    conversations = messages = differing = 0
    counts: Counter[Fate] = Counter()
    typer.echo(f"Current policy {current.version}, new policy {new.version}\n")
    try:
        async for replayed in replayed_under(database, current, new, since=since):
            conversations += 1
            messages += len(replayed.weighed)
            differing += sum(weighed.differs for weighed in replayed.weighed)
            counts.update(fates(replayed.weighed))
            _tell(replayed, every=every)
    finally:
        await database.close()
    typer.echo(
        f"{_many(conversations, 'conversation')}, {_many(messages, 'message')}, {differing} decided differently"
    )
    typer.echo("Stretches with the AI, each from its beginning or a hand-back to the first rule that holds:")
    for fate in Fate:
        typer.echo(f"{counts[fate]:6}  {fate}")


def _tell(replayed: "Replayed", *, every: bool) -> None:
    told = [w for w in replayed.weighed if w.differs or (every and (w.current.rule or w.new.rule))]
    if not told:
        return
    typer.echo(replayed.conversation.case_number)
    for weighed in told:
        typer.echo(f"  #{weighed.message.seq}  current: {_name(weighed.current)}, new: {_name(weighed.new)}")
        for label, decision in _rung(weighed):
            for line in _why(decision):
                typer.echo(f"      {label}: {line}")
    typer.echo("")


def _rung(weighed: "Weighed") -> list[tuple[str, "Decision"]]:
    """The decisions that need an explanation, each once."""
    if not weighed.differs:
        return [("both", weighed.current)]
    return [(label, d) for label, d in (("current", weighed.current), ("new", weighed.new)) if d.rule]


def _why(decision: "Decision") -> list[str]:
    from escalation.explanations import saw_in_words

    return saw_in_words(decision.to_json())


def _name(decision: "Decision") -> str:
    return decision.name or "stays with the AI"


def _load(file: Path) -> "Triggers":
    from escalation.triggers import PolicyError, Triggers

    try:
        return Triggers.load(file)
    except PolicyError as error:
        stop(str(error))


def _in_use(settings: "Settings") -> Path:
    from escalation.triggers import POLICY_FILE

    return settings.triggers_file or POLICY_FILE


def _condition(name: str, threshold: float | str) -> str:
    from escalation.inputs import INPUTS, Kind

    if INPUTS[name].kind is Kind.YES:
        return name
    return f"{name} ≥ {threshold if isinstance(threshold, str) else format(threshold, 'g')}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
