"""`candor routing`: queues and who takes what; checked, and tried on a simulated day, before it goes live."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.start import settings_now, stop

if TYPE_CHECKING:
    from escalation.routing import Routing, When
    from escalation.simulation import Outcome

app = typer.Typer(
    no_args_is_help=True, help="Where conversations go at the desk: show, check, simulate and use rules."
)

File = Annotated[Path | None, typer.Argument(help="Another file than the one in use.")]


@app.command()
def show(file: File = None) -> None:
    """Print the routing: queues with hours and promises, routes in the order in which they are tried, and who comes first."""
    routing = _load(file or _in_use())
    typer.echo(f"Routing {routing.version}\n")
    queues = [("queue", "hours", "promises (first word / next, minutes)", "must bring", "overflows to")]
    for name, queue in routing.queues.items():
        promises = ", ".join(f"{u} {p.first}/{p.next}" for u, p in routing.sla[queue.sla].items())
        mark = f"{name} (default)" if name == routing.default else name
        queues.append((mark, queue.hours, promises, ", ".join(queue.skills) or "-", queue.overflow or "-"))
    _table(queues)
    typer.echo("")
    routes = [("route", "holds when all of", "queue", "must bring")]
    routes += [
        (route.route, _conditions(route.when), route.queue, ", ".join(route.skills) or "-")
        for route in routing.routes
    ]
    routes.append(("otherwise", "", "as the trigger asks", "-"))
    _table(routes)
    typer.echo("")
    for name, hours in routing.hours.items():
        week = "; ".join(f"{day} {', '.join(map(str, spans))}" for day, spans in hours.week.items())
        typer.echo(f"Hours {name!r} ({hours.zone}): {week}")
        for day, spans in hours.holidays.items():
            typer.echo(f"    {day}: {', '.join(map(str, spans)) or 'closed'}")
    from escalation.priority import longest_overtaken

    overtaken = longest_overtaken(routing.priority).total_seconds() / 3600
    typer.echo(
        f"\nA clock is at risk from {routing.at_risk:.0%} of its time. A person is offered {routing.people.capacity} "
        f"conversations at once, and something else after {routing.people.emotional_in_a_row} hard ones in a row.\n"
        f"Nobody starves: whoever has waited {overtaken:g} open hours longer than another comes before them."
    )


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The file to check.")]) -> None:
    """Say whether a file can be used; if not, exit with 2 and name each fault with its mend."""
    routing = _load(file)
    typer.echo(
        f"{file.name} can be used: version {routing.version}, {len(routing.queues)} queues, {len(routing.routes)} routes."
    )


@app.command()
def use(
    file: Annotated[Path, typer.Argument(help="The new file.")],
    over: Annotated[
        str, typer.Option(help="The version that it replaces, as `candor routing show` prints it.")
    ],
) -> None:
    """Put a file in place of the one in use (CANDOR_ROUTING_FILE), unless somebody else has changed that meanwhile.

    Servers on this machine take it up within half a minute.
    """
    from escalation.policy_files import PolicyError
    from escalation.routing_files import RoutingChangedError, put_in_use

    current = settings_now().routing_file
    if current is None:
        stop(
            "CANDOR_ROUTING_FILE is not set. Set it to a file of yours first; the shipped one is not replaced."
        )
    try:
        routing = put_in_use(file, current, over=over)
    except (PolicyError, RoutingChangedError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{current} cannot be replaced: {error.strerror}.")
    typer.echo(f"In use: version {routing.version}, in place of {over}.")


@app.command()
def simulate(
    file: File = None,
    arrivals: Annotated[
        int, typer.Option(min=1, max=20_000, help="Customers of a day who go to a person.")
    ] = 2000,
    agents: Annotated[int, typer.Option(min=1, max=500, help="People at the desk.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed, the same day.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=100, help="Days, each with a seed of its own.")] = 1,
) -> None:
    """Simulate days under the rules and under first come, first served, with the same customers and people.

    Asks nothing and changes nothing. What is made up, and how, stands in escalation/load.py.
    """
    from escalation.load import arrivals as customers
    from escalation.load import team
    from escalation.simulation import Order, day

    routing = _load(file or _in_use())
    typer.echo(
        f"Routing {routing.version}: {days} day{'s' if days > 1 else ''} of {arrivals} customers and {agents} people, "
        f"seed {seed}{f' to {seed + days - 1}' if days > 1 else ''}\n"
    )
    seeds = range(seed, seed + days)
    outcomes = {
        order: [day(customers(arrivals, one), team(agents, routing, one), routing, order) for one in seeds]
        for order in Order
    }
    told = {order: dict(_figures(outcome)) for order, outcome in outcomes.items()}
    labels = told[Order.ROUTING]
    _table([("", *Order), *((label, *(told[order][label] for order in Order)) for label in labels)])


def _figures(outcomes: Sequence["Outcome"]) -> list[tuple[str, str]]:
    from statistics import fmean

    from escalation.records import Urgency
    from escalation.simulation import quantile

    def share(values: Sequence[float]) -> str:
        mean = f"{fmean(values):.1%}"
        return mean if len(values) == 1 else f"{mean} ({min(values):.1%} to {max(values):.1%})"

    came = [u for u in reversed(Urgency) if any(u in outcome.kept for outcome in outcomes)]
    figures = [("first word in time, all", share([outcome.kept["all"] for outcome in outcomes]))]
    for urgency in came:
        kept = [outcome.kept[urgency] for outcome in outcomes if urgency in outcome.kept]
        figures.append((f"first word in time, {urgency}", share(kept)))
    figures.append(("gave up without a word", share([outcome.gave_up for outcome in outcomes])))
    for urgency in came:
        waits = sorted(wait for outcome in outcomes for wait in outcome.waits[urgency])
        shown = " / ".join(f"{quantile(waits, q):.1f}" for q in (0.5, 0.8, 0.95, 1.0))
        figures.append((f"open minutes waited, {urgency}: 50 / 80 / 95 / 100 %", shown))
    least, most = min(o.load[0] for o in outcomes), max(o.load[-1] for o in outcomes)
    figures.append(
        (
            "conversations a person: least / mean / most",
            f"{least} / {fmean(n for o in outcomes for n in o.load):.0f} / {most}",
        )
    )
    figures.append(
        ("most hard conversations in a row", str(max(outcome.hardest_row for outcome in outcomes)))
    )
    return figures


def _conditions(when: "When") -> str:
    given = when.model_dump(exclude_unset=True)
    parts = []
    for name, value in given.items():
        if isinstance(value, dict):
            parts += [f"{name}.{key} ≥ {least:g}" for key, least in value.items()]
        elif isinstance(value, (tuple, list)):
            parts.append(f"{name} {' or '.join(map(str, value))}")
        else:
            parts.append(f"{name} ≥ {value}" if name in {"amount", "urgency"} else f"{name} {value}")
    return "; ".join(parts)


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _load(file: Path) -> "Routing":
    from escalation.policy_files import PolicyError
    from escalation.routing import Routing

    try:
        return Routing.load(file)
    except PolicyError as error:
        stop(str(error))


def _in_use() -> Path:
    from escalation.routing import ROUTING_FILE

    return settings_now().routing_file or ROUTING_FILE
