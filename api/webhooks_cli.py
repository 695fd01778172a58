"""`candor webhooks`: where events are sent (docs/webhooks.md)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

from api.start import prepare, settings_now, stop

if TYPE_CHECKING:  # they take a second to import
    from escalation.webhooks.endpoints import Standing, Webhooks

app = typer.Typer(no_args_is_help=True, help="Where events are sent.")
T = TypeVar("T")

Endpoint = Annotated[UUID, typer.Argument(help="Id of the endpoint, as `list` shows it.")]
Time = Annotated[datetime | None, typer.Option(help="UTC, such as 2026-11-22T09:30:00.")]


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where to send to; https.")],
    events: Annotated[str, typer.Option(help="Names with commas between them; none: every event.")] = "",
) -> None:
    """Add an endpoint, and print the secret that its receiver checks signatures with."""
    types = [name.strip() for name in events.split(",") if name.strip()]
    endpoint = _with(lambda webhooks: webhooks.add(url, types))
    typer.echo(f"{endpoint.id}  {endpoint.url}\nSecret, shown only now: {endpoint.secret}")


@app.command("list")
def list_endpoints() -> None:
    """The endpoints, with what is under way, delivered and given up, and why one is disabled."""
    for standing in _with(lambda webhooks: webhooks.standing()):
        typer.echo(_told(standing))


@app.command("remove")
def remove(endpoint: Endpoint) -> None:
    """Forget an endpoint."""
    _with(lambda webhooks: webhooks.remove(endpoint))
    typer.echo("Removed.")


@app.command("enable")
def enable(endpoint: Endpoint) -> None:
    """Send to a disabled endpoint again. `replay` sends what it has missed."""
    _with(lambda webhooks: webhooks.enable(endpoint))
    typer.echo("Enabled.")


@app.command("rotate")
def rotate(endpoint: Endpoint) -> None:
    """A new secret. For a day the old one signs beside it, so that no receiver misses anything."""
    rotated = _with(lambda webhooks: webhooks.rotate(endpoint))
    typer.echo(f"Secret, shown only now: {rotated.secret}")


@app.command("replay")
def replay(
    endpoint: Endpoint,
    message: Annotated[str | None, typer.Option(help="One event, by its webhook-id.")] = None,
    since: Time = None,
    until: Time = None,
) -> None:
    """Send again one event, or those of a time (30 days are kept). Their ids stay the same."""
    if message is None and since is None:
        stop("Say what to send again: --message, or --since with or without --until.")
    count = _with(
        lambda webhooks: webhooks.replay(endpoint, message=message, since=_utc(since), until=_utc(until))
    )
    typer.echo(f"{count} to be sent again.")


def _told(standing: "Standing") -> str:
    endpoint = standing.endpoint
    state = f"disabled: {endpoint.disabled_why}" if endpoint.disabled_at else "enabled"
    return (
        f"{endpoint.id}  {endpoint.url}  {', '.join(endpoint.types) or 'every event'}; {standing.waiting} under way, "
        f"{standing.delivered} delivered, {standing.given_up} given up; {state}"
    )


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _with(do: "Callable[[Webhooks], Awaitable[T]]") -> T:
    from escalation.webhooks.endpoints import WebhookError, Webhooks
    from knowledge.database import Database

    settings = settings_now()
    prepare(settings)

    async def done() -> T:
        database = Database(settings.records_url)
        try:
            return await do(Webhooks(database, to_private=settings.webhooks_to_private))
        finally:
            await database.close()

    try:
        return asyncio.run(done())
    except WebhookError as error:
        stop(str(error))
