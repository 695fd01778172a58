"""HTML: the main content of a page as Markdown. The only door to lxml and markdownify."""

import re

from lxml import etree
from lxml import html as lxml_html
from markdownify import ATX, MarkdownConverter

from knowledge.ingestion.formats import Extract, RefusedError
from knowledge.ingestion.formats.text import decode, one_line

_DEEPEST = 250  # elements inside each other; real pages have some 40, and the converter is recursive
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NEVER = (
    "aside", "audio", "canvas", "datalist", "embed", "iframe", "img", "input", "math", "nav", "noscript", "object",
    "picture", "script", "select", "style", "svg", "template", "textarea", "video",
)  # fmt: skip
_NEVER_ROLES = {
    "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search",
    "toolbar",
}  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_COOKIES = re.compile(
    r"(?:cookie|consent|gdpr)s?[-_]*(?:banner|bar|box|dialog|message|modal|notice|overlay|popup|wall)"
    r"|^(?:onetrust|cookiebot|didomi|usercentrics|cc-window)\b",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x20]")  # browsers read java\tscript: as they read it without the tab
_LINKED = {"http", "https", "mailto", "tel"}
_ANCHOR_SIGNS = {"", "#", "¶", "§", "🔗"}
_SITE_NAME = re.compile(r"\s+[|–—·»]\s+|\s+-\s+(?=[^-]*$)")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


def read_html(data: bytes, encoding: str | None = None) -> Extract:
    """The main content of a page. Nothing that it names is fetched. Raises `RefusedError`."""
    declared = _CHARSET.search(data[:4096])
    name = encoding or (declared[1].decode("ascii") if declared else None)
    return read_page(decode(data, name))


def read_page(text: str) -> Extract:
    """The main content of an HTML page or fragment. Raises `RefusedError`."""
    tree = _tree(text)
    page_title = one_line("".join(tree.xpath("(//head/title)[1]//text()")))
    content = _content(tree)
    _clean(content)
    heading = next(content.iter("h1"), None)
    title = one_line(heading.text_content()) if heading is not None else None
    if heading is not None and title:
        heading.drop_tree()
    elif page_title:
        title = _SITE_NAME.split(page_title)[0]
    return Extract(_markdown(content), title)


def markdown_of_fragment(text: str) -> str:
    """A fragment of HTML, such as an answer that an editor made, as Markdown. Raises `RefusedError`."""
    tree = _tree(text)
    _clean(tree)
    return _markdown(tree)


def _tree(text: str) -> lxml_html.HtmlElement:
    """The body of a page under its root, or an error for what is empty or nested past bearing."""
    text = _DECLARATION.sub("", text).replace("\0", "")
    if not text.strip():
        raise RefusedError("is empty; leave it out or fill it")
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(text, parser=parser, ensure_head_body=True)
    except etree.XMLSyntaxError as error:  # HTML has no errors of syntax: the parser found no room
        raise MemoryError from error
    except etree.ParserError as error:
        raise RefusedError("has no text; leave it out or fill it") from error
    depth = 0
    cut = any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST or cut:
            raise RefusedError(
                f"has elements more than {_DEEPEST} deep in each other; save the page's text instead"
            )
    return tree


def _content(tree: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that holds what the page is about: its main part, else its only article, else all of its body."""
    mains = [element for element in tree.xpath("//main | //*[@role='main']") if not _is_hidden(element)]
    articles = tree.xpath("//article[not(ancestor::article)]")
    for found in (mains, articles):
        if len(found) == 1 and found[0].text_content().strip():
            return found[0]
    return tree.find("body") if tree.find("body") is not None else tree


def _clean(content: lxml_html.HtmlElement) -> None:
    """Take out what is not content: scripts, what is hidden, and what every page of a site has."""
    for element in list(content.iterdescendants()):
        if element.getroottree().getroot() is not content.getroottree().getroot():
            continue  # went with its parent
        if not isinstance(element.tag, str) or _is_furniture(element, content):
            element.drop_tree()
        elif element.tag == "a":
            _clean_link(element)


def _is_furniture(element: lxml_html.HtmlElement, content: lxml_html.HtmlElement) -> bool:
    tag = element.tag
    if tag in _NEVER or element.get("role", "").lower() in _NEVER_ROLES or _is_hidden(element):
        return True
    if tag == "form":  # some sites wrap the whole page in one
        return next(element.iter("h1", "h2", "main", "article"), None) is None
    if tag == "button":  # the questions of an accordion are buttons; others do something that a text cannot
        opens = element.get("aria-controls") or element.get("aria-expanded")
        return not opens and not any(parent.tag in _HEADINGS for parent in element.iterancestors())
    if tag == "footer":
        return True
    if tag == "header":  # that of an article has its heading
        inside = [content, *(parent for parent in element.iterancestors())]
        return not any(parent.tag in {"article", "main", "section"} for parent in inside)
    if tag in {"div", "section", "dialog"}:
        names = f"{element.get('id', '')} {element.get('class', '')}".split()
        return any(_COOKIES.search(name) for name in names)
    return False


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    hidden = element.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")  # that is for readers who search
        or element.get("aria-hidden", "").strip().lower() == "true"
        or _HIDDEN_STYLE.search(element.get("style", "")) is not None
    )


def _clean_link(link: lxml_html.HtmlElement) -> None:
    """Links stay if they lead somewhere else. Permalinks go, other links to the page itself become their text."""
    address = link.get("href", "").strip()
    scheme = _SCHEME.match(_IGNORED.sub("", address))
    if link.text_content().strip() in _ANCHOR_SIGNS:
        link.drop_tree()
    elif not address or address.startswith("#") or (scheme and scheme[1].lower() not in _LINKED):
        link.attrib.pop("href", None)


class _Converter(MarkdownConverter):
    """Escapes what markdownify leaves: a `|` in a table would begin a cell, and `<` could begin raw HTML."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped: str = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", super().escape(text, parent_tags))  # type: ignore[misc]  # its stub forgets it
        return escaped.replace("|", "\\|") if parent_tags & {"td", "th"} else escaped


def _markdown(content: lxml_html.HtmlElement) -> str:
    converter = _Converter(
        heading_style=ATX,
        bullets="-",
        escape_underscores=False,
        newline_style="backslash",
        table_infer_header=True,
    )
    text = converter.convert(lxml_html.tostring(content, encoding="unicode", with_tail=False))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")
