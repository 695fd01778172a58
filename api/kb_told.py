"""What `candor kb` tells of its work, line by line."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from knowledge.articles import DEFAULT_LOCALE

if TYPE_CHECKING:
    from knowledge.importing import ImportReport
    from knowledge.publishing import Change


def onto(bar: Any) -> Callable[..., None]:
    """Progress as (done, total, …) drawn on a bar."""

    def show(done: int, total: int, *_: object) -> None:
        bar.length = max(total, 1)
        bar.update(done - bar.pos)

    return show


def imported(report: "ImportReport") -> None:
    """An import: what is new, changed, gone or not taken."""
    for verb, names in (("new", report.new), ("changed", report.changed)):
        for slug, locale in names:
            typer.echo(f"{verb}: {slug} ({locale})")
    for slug, locale in report.missing:
        which = slug if locale == DEFAULT_LOCALE else f"{slug} --locale {locale}"
        typer.secho(
            f"source gone: {slug} ({locale}); it stays as it is, `candor kb withdraw {which}` takes it away",
            fg=typer.colors.YELLOW,
        )
    for problem in report.not_taken:
        typer.secho(f"not taken: {problem.path}: {problem.why}", fg=typer.colors.YELLOW)
    typer.echo(
        f"{len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged, "
        f"{len(report.missing)} gone, {len(report.not_taken)} not taken."
    )


def plain(value: Any) -> str:
    """A field of an article in words."""
    if isinstance(value, Mapping):
        return (
            "; ".join(f"{heading or 'beginning'}: {plain(asked)}" for heading, asked in value.items())
            or "none"
        )
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def changes(made: tuple["Change", ...]) -> None:
    """What a publication has changed."""
    for change in made:
        what = f"version {change.after} is live" if change.after else "withdrawn"
        typer.echo(f"{change.slug} ({change.locale}): {what}")


def findings(found_ones: Any) -> None:
    """What `check` has found."""
    for found in found_ones:
        typer.secho(f"{found.kind}: {found.why}", fg=typer.colors.YELLOW)
        for place in found.places:
            heading = f" › {place.heading}" if place.heading else ""
            typer.echo(f"    {place.article} ({place.title}{heading}): {' '.join(place.text.split())}")
