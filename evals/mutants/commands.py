"""`candor eval mutants`: breaks the product on purpose and tells which cases noticed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from evals.suites.files import find, read

if TYPE_CHECKING:  # models take seconds to import, and `candor eval --help` needs none
    from evals.mutants.catalogue import Mutant
    from evals.mutants.running import Noticed


def mutants(
    only: Annotated[list[str] | None, typer.Option(help="Ids of mutants; the others are left out.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes beside each other.")] = 2,
) -> None:
    """Break the product in every known way and tell which cases and scorers noticed.

    Exit status: 0, 1 if a mutant was not noticed, 2 if the list of mutants or a case file is wrong.
    """
    from evals.mutants import catalogue, running

    suites = read(find([]))
    for problem in suites.problems:
        typer.echo(str(problem), err=True)
    try:
        chosen = _chosen(catalogue.mutants(), only)
        with _telling(len(chosen)) as done:
            found = running.run(chosen, suites, jobs=jobs, done=done)
    except catalogue.WrongCatalogueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for line in told(found):
        typer.echo(line)
    if suites.problems:
        raise typer.Exit(2)
    if not all(one.told for one in found):
        raise typer.Exit(1)


def told(found: Sequence["Noticed"]) -> Iterator[str]:
    """A table, a mutant a line with who noticed it; what does not count, and at the end the figure."""
    widest = max((len(one.mutant.id) for one in found), default=0)
    for one in found:
        by = "; ".join(f"{case} ({', '.join(scorers)})" for case, scorers in one.by.items())
        yield f"{one.mutant.id:{widest}}  {by or 'NOT NOTICED: ' + one.mutant.breaks}"
        for case, why in one.no_witness.items():
            yield f"{'':{widest}}  no witness: {case}: {why}"
    yield f"mutants noticed: {sum(one.told for one in found)} of {len(found)}"


def _chosen(all_of_them: Sequence["Mutant"], only: list[str] | None) -> Sequence["Mutant"]:
    there = {mutant.id: mutant for mutant in all_of_them}
    if unknown := [id_ for id_ in only or () if id_ not in there]:
        raise typer.BadParameter(f"There is no mutant {unknown[0]}.", param_hint="--only")
    return [there[id_] for id_ in only] if only else all_of_them


@contextmanager
def _telling(of: int) -> Iterator[Callable[[str], None]]:
    """What was played last, on the terminal's error stream; gives what is to be called with each part."""
    from rich.console import Console

    with Console(stderr=True).status(f"{of} mutants") as status:
        yield lambda what: status.update(f"{of} mutants; {what}")
