"""`candor kb`: the knowledge base from the command line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import kb_told as told
from api.start import is_full, prepare, settings_now, stop
from knowledge.articles import DEFAULT_LOCALE

if TYPE_CHECKING:
    from knowledge.library import KnowledgeBase

app = typer.Typer(no_args_is_help=True, help="The knowledge base: import, publish, search, check, export.")

Slug = Annotated[str, typer.Argument(help="Name of the article, as in its address.")]
LocaleOption = Annotated[str, typer.Option(help="Language of the article.")]
MOST_VERSIONS = 2**31  # as over HTTP; a database refuses larger numbers with an error of its own
BY = "command line"


@app.command("import")
def import_(
    sources: Annotated[
        list[str],
        typer.Argument(help="Folders (Markdown, HTML, PDF, DOCX, CSV, text), web pages or sitemaps."),
    ],
    root: Annotated[
        str | None,
        typer.Option(
            help="Name under which these sources are remembered. Default: the folder's name, or the host."
        ),
    ] = None,
    publish: Annotated[
        bool, typer.Option(help="Publish at once what has changed, instead of making drafts.")
    ] = False,
) -> None:
    """Make drafts of what is new or has changed since the last import from there.

    Ends with status 1 if something could not be taken.
    """

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.sources import root_of

        if publish:
            await kb.open()
        failures = 0
        for source in sources:
            read = await _read(source)
            report = await kb.importer.take(
                root or root_of(source), read.sources, unread=read.unread, complete=read.complete
            )
            told.imported(report)
            failures += len(report.not_taken)
            if report.drafts and not publish:
                typer.echo("Nothing is published yet: `candor kb publish --all` does it, or the console.")
            if publish and report.drafts:
                with typer.progressbar(length=1, label="Publishing") as bar:
                    changes = await kb.publish(
                        [draft.id for draft in report.drafts], by=BY, progress=told.onto(bar)
                    )
                told.changes(changes)
        return 1 if failures else 0

    _run(work)


async def _read(source: str) -> Any:
    from knowledge.sources import SourceError, read_source

    with typer.progressbar(length=1, label=f"Reading {source}") as bar:
        try:
            return await read_source(source, web=settings_now().import_web, progress=told.onto(bar))
        except SourceError as error:
            stop(str(error))


@app.command()
def publish(
    slugs: Annotated[list[str] | None, typer.Argument(help="Articles whose drafts to publish.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Publish every draft.")] = False,
    note: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
) -> None:
    """Publish drafts in every language, after telling what `check` has to say about them.

    `candor kb list --drafts` lists those there are.
    """
    if not slugs and not every:
        stop("Name the articles whose drafts to publish, or say --all.")

    async def work(kb: "KnowledgeBase") -> int:
        drafts = [row for row in await kb.drafts.waiting() if every or row.slug in (slugs or ())]
        for slug in sorted(set(slugs or ()) - {row.slug for row in drafts}):
            stop(f"There is no draft of {slug!r}. `candor kb list --drafts` lists those there are.")
        if not drafts:
            typer.echo("There is no draft to publish.")
            return 0
        await kb.open()
        told.findings(await kb.check([row.article for row in drafts]))
        with typer.progressbar(length=1, label="Publishing") as bar:
            changes = await kb.publish([row.id for row in drafts], by=BY, note=note, progress=told.onto(bar))
        told.changes(changes)
        return 0

    _run(work)


@app.command()
def withdraw(slug: Slug, locale: LocaleOption = DEFAULT_LOCALE) -> None:
    """Take a published article away; its versions can still be read where they were cited."""

    async def work(kb: "KnowledgeBase") -> int:
        changes = await kb.publish([], withdrawn=[(slug, locale)], by=BY)
        if not changes:
            stop(f"There is no published article {slug!r} in the language {locale!r}.")
        told.changes(changes)
        return 0

    _run(work)


@app.command("roll-back")
def roll_back(
    slug: Slug,
    version: Annotated[int, typer.Argument(help="The version to publish again.", max=MOST_VERSIONS)],
) -> None:
    """Publish what an earlier version said, as a new version."""

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.drafts import EditConflictError
        from knowledge.publishing import VersionMissingError

        try:
            told.changes(await kb.roll_back(slug, version, by=BY))
        except VersionMissingError as error:
            stop(str(error))
        except EditConflictError:
            stop(f"{slug!r} has a draft, which would be lost. Publish or discard it first.")
        return 0

    _run(work)


@app.command("list")
def list_(
    drafts: Annotated[bool, typer.Option("--drafts", help="Only articles with a draft.")] = False,
) -> None:
    """List the articles."""

    async def work(kb: "KnowledgeBase") -> int:
        entries = [entry for entry in await kb.drafts.overview() if entry.draft or not drafts]
        for entry in entries:
            state = [f"version {entry.published.version}"] if entry.published else []
            if entry.draft:
                state.append(f"draft by {entry.draft.author or 'somebody'}")
            if entry.source and entry.source.missing_since:
                state.append("its source is gone")
            what = ", ".join(state if entry.published or entry.draft else ["withdrawn", *state])
            typer.echo(f"{entry.shown.slug} ({entry.shown.locale})  {entry.shown.title}  [{what}]")
        if not entries:
            typer.echo(
                "There is no draft."
                if drafts
                else "There is no article yet. `candor kb import` brings some in."
            )
        return 0

    _run(work)


@app.command()
def history(slug: Slug, locale: LocaleOption = DEFAULT_LOCALE) -> None:
    """List the versions of an article, newest first."""

    async def work(kb: "KnowledgeBase") -> int:
        versions = await kb.drafts.history(slug, locale)
        if not versions:
            stop(f"There is no article {slug!r} in the language {locale!r}.")
        for row in versions:
            when = row.published_at or row.saved_at
            typer.echo(f"{row.version}  {row.state}  {when:%Y-%m-%d %H:%M}  {row.author or ''}".rstrip())
        return 0

    _run(work)


@app.command()
def diff(
    slug: Slug,
    older: Annotated[int, typer.Argument(help="Version before.", max=MOST_VERSIONS)],
    newer: Annotated[int, typer.Argument(help="Version after.", max=MOST_VERSIONS)],
) -> None:
    """Show what changed between two versions."""

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.differences import changed_fields, changed_text

        old, new = await kb.drafts.version(slug, older), await kb.drafts.version(slug, newer)
        if old is None or new is None:
            stop(f"{slug!r} has no version {older if old is None else newer}.")
        for change in changed_fields(old.article, new.article):
            typer.echo(f"{change.name}: {told.plain(change.before)} → {told.plain(change.after)}")
        marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
        text = "".join(
            marks[piece.kind][0] + piece.text + marks[piece.kind][1]
            for piece in changed_text(old.body, new.body)
        )
        typer.echo(text)
        return 0

    _run(work)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="As a customer would ask it.")],
    audience: Annotated[str, typer.Option(help="Who asks: public, signed_in or internal.")] = "public",
    locale: Annotated[str, typer.Option(help="Language of whoever asks.")] = DEFAULT_LOCALE,
) -> None:
    """Show which passages a question finds, and whether they are good enough to answer from."""

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.library import READERS

        if audience not in READERS:
            stop(f"--audience must be one of {', '.join(READERS)}, not {audience!r}.")
        await kb.open()
        result = await kb.search(question, audience=READERS[audience], locale=locale)
        verdict = "good enough to answer" if result.good_enough else "not good enough to answer"
        typer.echo(f"confidence {result.confidence:.2f}: {verdict}")
        for found in result.found:
            passage = found.passage
            place = " › ".join(dict.fromkeys((passage.title, *passage.heading_path)))
            typer.echo(f"\n{found.score:.2f}  {place}  ({passage.article}, version {passage.version})")
            typer.echo("      " + passage.text.replace("\n", "\n      "))
        return 0

    _run(work)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Option(help="Check the articles of a folder instead of the published ones.")
    ] = None,
) -> None:
    """Find contradictions, duplicates, articles past review, dead links, orphans and unreadable text.

    Ends with status 1 if there is a contradiction or a dead link.
    """

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.checking.check import check as check_articles
        from knowledge.database import utc_now
        from knowledge.embedding import Embedder

        if folder is None:
            findings = await kb.check()
        else:
            read = await _read(str(folder))
            for problem in read.unread:
                typer.secho(f"not read: {problem.path}: {problem.why}", fg=typer.colors.YELLOW)
            findings = await check_articles(
                [source.article for source in read.sources], Embedder(), today=utc_now().date()
            )
        told.findings(findings)
        typer.echo(f"{len(findings)} findings." if findings else "Nothing to mend.")
        return 1 if any(found.kind in {"contradiction", "dead_link"} for found in findings) else 0

    _run(work)


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="An empty or new folder.")]) -> None:
    """Write every published article as a Markdown file that `import` reads again."""

    async def work(kb: "KnowledgeBase") -> int:
        from knowledge.front_matter import write_article

        articles = await kb.all_published()
        written = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                stop(f"{folder} is not empty. Nothing was written; choose another folder.")
            for article in articles:
                name = (
                    article.slug if article.locale == DEFAULT_LOCALE else f"{article.slug}.{article.locale}"
                )
                (folder / f"{name}.md").write_text(write_article(article), encoding="utf-8")
                written += 1
        except OSError as error:
            stop(
                f"Cannot write to {folder}: {error.strerror}. {written} of {len(articles)} articles were written; "
                "make room, or choose another folder, and export again."
            )
        typer.echo(f"{len(articles)} articles written to {folder}.")
        return 0

    _run(work)


def _run(work: Callable[["KnowledgeBase"], Awaitable[int]]) -> None:
    """Do the work on the knowledge base of the settings; ends with the status that it returns."""
    from knowledge.index import IndexInUseError, IndexUnavailableError
    from knowledge.publishing import PublishConflictError
    from knowledge.transformer import ModelMissingError

    async def main() -> int:
        async with _knowledge() as kb:
            return await work(kb)

    settings = settings_now()
    prepare(settings)
    try:
        status = asyncio.run(main())
    except IndexInUseError as error:
        stop(f"{error} While Candor serves, publish and search in its console: /console/knowledge.")
    except (IndexUnavailableError, ModelMissingError, PublishConflictError) as error:
        stop(str(error))
    except Exception as error:
        if not is_full(error):
            raise
        stop("The disk is full. What is not told above was not done; make room, then run this again.")
    raise typer.Exit(status)


@asynccontextmanager
async def _knowledge() -> AsyncIterator["KnowledgeBase"]:
    from escalation.assembly import open_knowledge

    settings = settings_now()
    async with open_knowledge(settings) as knowledge:
        yield knowledge
