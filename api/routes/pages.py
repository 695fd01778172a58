"""Pages for people: the help centre, the console, and the widget's files."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.citations import cited_in, says_now
from api.context import PartsNow
from escalation.assembly import Parts
from escalation.disclosures.texts import FILE as DISCLOSURE
from escalation.gaps import TAG as GAP
from knowledge.articles import DEFAULT_LOCALE, Passage, within
from knowledge.database import utc_now
from knowledge.library import SIGNED_IN
from knowledge.markdown import plain
from knowledge.records import ArticleVersion
from knowledge.rendering import render, render_cited

HERE = Path(__file__).parents[1]

router = APIRouter(include_in_schema=False)

templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )
)


@router.get("/widget.js")
async def widget_script() -> FileResponse:
    """The one script tag of a shop's page."""
    return FileResponse(HERE / "widget" / "widget.js", media_type="text/javascript")


@router.get("/widget/panel")
async def widget_panel() -> FileResponse:
    """The chat itself, in a frame."""
    return FileResponse(HERE / "widget" / "panel.html", media_type="text/html")


@router.get("/widget/disclosure.json")
async def widget_disclosure() -> FileResponse:
    """What the panel says before the first input; the record and the API say the same."""
    return FileResponse(DISCLOSURE, media_type="application/json")


@router.get("/widget.d.ts")
async def widget_types() -> FileResponse:
    """The interface of the widget, described for an editor and its reader."""
    # What the system takes the ending for is a film.
    return FileResponse(HERE / "widget" / "widget.d.ts", media_type="text/plain")


@router.get("/widget/playground")
async def widget_playground() -> FileResponse:
    """Every command of the widget to try, and its events to see."""
    return FileResponse(HERE / "widget" / "playground.html", media_type="text/html")


@router.get("/console")
async def console() -> FileResponse:
    """The human agents' console."""
    return FileResponse(HERE / "console" / "index.html", media_type="text/html")


@router.get("/console/knowledge")
async def console_knowledge() -> FileResponse:
    """Where people of the desk write what Candor may say."""
    return FileResponse(HERE / "console" / "knowledge" / "index.html", media_type="text/html")


@router.get("/console/centre")
async def console_centre() -> FileResponse:
    """The command centre."""
    return FileResponse(HERE / "console" / "centre" / "index.html", media_type="text/html")


@router.get("/console/qa")
async def console_qa() -> FileResponse:
    """Quality assurance: runs, labels, agreement."""
    return FileResponse(HERE / "console" / "qa" / "index.html", media_type="text/html")


@router.get("/help")
async def help_index(
    request: Request, parts: PartsNow, q: Annotated[str, Query(max_length=4000)] = ""
) -> HTMLResponse:
    """Every public article by its first tag that says something to customers; with a question what is found for it."""
    context: dict[str, Any] = {"shop_name": parts.settings.shop_name, "query": q.strip()}
    if context["query"]:
        found = (await parts.knowledge.search(context["query"])).found
        context["results"] = [_result(one.passage) for one in found]
    else:
        groups: dict[str, list[dict[str, str]]] = {}
        for article in await parts.knowledge.articles():
            name = next((tag for tag in article.tags if tag != GAP), "")
            groups.setdefault(name, []).append(
                {"url": _help_url(article), "title": article.title, "locale": article.locale}
            )
        # What has no tag comes last, however its group is called.
        names = sorted(groups, key=lambda name: (not name, name.casefold()))
        context["groups"] = [{"name": name or "other", "articles": groups[name]} for name in names]
    return templates.TemplateResponse(request, "help_index.html", context)


@router.get("/help/{slug}")
async def help_article(
    request: Request,
    parts: PartsNow,
    slug: str,
    v: Annotated[int | None, Query(ge=0, le=2**31)] = None,
    p: str | None = None,
    at: str | None = None,
    locale: Annotated[str, Query(max_length=35)] = DEFAULT_LOCALE,
) -> HTMLResponse:
    """A version of an article, with the cited passage marked: `p` is its hash, `at` its place in the version.

    Without a version the published one, in the best language for `locale`.
    """
    shown = await parts.knowledge.article(slug, v, locale=locale)
    # From what has not begun to hold nobody has been answered: such a version is not there yet.
    if shown is None or not within(utc_now().date(), shown.valid_from, None):
        return await _passage_alone(request, parts, slug, v, p, at)
    current = shown if v is None else await parts.knowledge.article(slug, locale=shown.locale)
    if current is not None and current.locale != shown.locale:
        current = None  # what another language says is not what has become of these words
    cited = cited_in(shown, p, at)
    anchor = f"p-{p}"
    changed = cited is not None and current is not None and cited.text not in current.body
    context: dict[str, Any] = {
        "shop_name": parts.settings.shop_name,
        "title": shown.title,
        "locale": shown.locale,
        "html": render(shown.body)
        if cited is None or changed
        else render_cited(shown.body, cited.start, cited.end, anchor),
        "version": shown.version,
        "published": _day(shown),
        "current": current is not None and shown.version == current.version,
        "current_version": current.version if current else None,
        "current_published": _day(current) if current else "",
        "cited": cited is not None,
        "changed": changed,
        "withdrawn": current is None,
        "cited_then": render_cited(cited.text, 0, len(cited.text), anchor) if cited and changed else None,
        "cited_now": says_now(cited, current) if cited and changed and current else None,
        "current_url": _help_url(shown),
    }
    return templates.TemplateResponse(request, "help_article.html", context)


async def _passage_alone(
    request: Request, parts: Parts, slug: str, version: int | None, digest: str | None, span: str | None
) -> HTMLResponse:
    """Of an article for signed-in customers, the cited passage: who knows its hash has been shown its words."""
    row = await parts.knowledge.article(slug, version, audience=SIGNED_IN) if version else None
    cited = cited_in(row, digest, span) if row else None
    if row is None or cited is None:
        return not_found(request, parts.settings.shop_name)
    context = {
        "shop_name": parts.settings.shop_name,
        "title": row.title,
        "locale": row.locale,
        "html": render_cited(cited.text, 0, len(cited.text), f"p-{digest}"),
        "version": row.version,
        "published": _day(row),
    }
    return templates.TemplateResponse(request, "help_passage.html", context)


def not_found(request: Request, shop_name: str) -> HTMLResponse:
    """A 404 page for people."""
    return templates.TemplateResponse(request, "not_found.html", {"shop_name": shop_name}, status_code=404)


def _result(passage: Passage) -> dict[str, str]:
    return {
        "title": passage.title,
        "heading": " › ".join(passage.heading_path),
        "text": plain(passage.text),
        "url": passage.url,
        "locale": passage.locale,
    }


def _help_url(row: ArticleVersion) -> str:
    """Where a reader finds what is published of the article, in its own language."""
    return f"/help/{row.slug}" + ("" if row.locale == DEFAULT_LOCALE else f"?locale={row.locale}")


def _day(row: ArticleVersion) -> str:
    return f"{row.published_at:%-d %B %Y}" if row.published_at else ""
