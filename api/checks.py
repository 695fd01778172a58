"""A command that compares records and tells what does not agree: the shape that `candor turns check` and `candor ledger check` share."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import typer

from api.start import prepare, settings_now

if TYPE_CHECKING:
    from escalation.settings import Settings


Look = Callable[["Settings"], Coroutine[Any, Any, list[str]]]


def check_command(look: Look, *, about: str, whole: str, broken: str) -> typer.Typer:
    """Commands with one, `check`: it prints each problem that `look` finds and exits with 1, or says `whole`.

    `broken` has `{number}` in it.
    """
    app = typer.Typer(no_args_is_help=True)

    @app.callback(help=about)
    def group() -> None:
        """Keeps `check` a command of its own."""

    @app.command(help=look.__doc__)
    def check() -> None:
        settings = settings_now()
        prepare(settings)
        problems = asyncio.run(look(settings))
        for problem in problems:
            typer.echo(problem)
        if problems:
            typer.echo(broken.format(number=len(problems)))
            raise typer.Exit(1)
        typer.echo(whole)

    return app
