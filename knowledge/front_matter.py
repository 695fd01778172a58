"""Article files: Markdown under front matter, read and written."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from knowledge.articles import Article, Audience
from knowledge.markdown import blocks


class ArticleError(ValueError):
    """An article file cannot be published as it is. The message names the file and the field."""

    def __init__(self, source: str, field: str, problem: str) -> None:
        super().__init__(f"{source}: {field}: {problem}")
        self.source = source
        self.field = field
        self.problem = problem


_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FIELDS = {
    "slug", "title", "locale", "audience", "tags", "owner", "review_by", "valid_from", "valid_until", "questions",
}  # fmt: skip


LONGEST_TITLE = 200  # characters; as long may a tag, an owner and a question be
LONGEST_BODY = 200_000  # characters, some 70 printed pages
LONGEST_LANGUAGE_TAG = 35  # characters (RFC 5646, 4.4.1)
MOST_TAGS = 100
MOST_QUESTIONS = 1_000  # each is embedded when the article is published
_LONGEST_NUMBER = 100  # characters; Python refuses to write down what is far longer
_SHOWN = 100  # characters of a wrong value that its error repeats
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Turn the direction of what stands after them, in whatever line the words are shown (UAX 9); marks for a single place
# (U+200E, U+200F) do not.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def parse_article(text: str, *, source: str, slug: str, title: str | None = None) -> Article:
    """The article in a Markdown text; YAML front matter between `---` lines may give its fields.

    Without a `title` field the title is the text's own first line, if that is a heading, else `title`.
    Raises `ArticleError`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    match = _FRONT_MATTER.match(text)
    fields = _load(match["yaml"], source) if match else {}
    body = (text[match.end() :] if match else text).strip("\n")
    if fields.get("title") is None:
        own, body = _titled(body)
        fields = {**fields, "title": own or title}
    return article_of(fields, body, source=source, slug=slug)


def article_of(fields: Mapping[str, Any], body: str, *, source: str, slug: str) -> Article:
    """The article of named fields and a Markdown body; `slug` is its name unless the fields give one.

    Raises `ArticleError` that names the field.
    """
    for unknown in sorted(fields.keys() - _FIELDS, key=str):
        raise ArticleError(
            source, str(unknown), f"is no field of an article; there are {', '.join(sorted(_FIELDS))}"
        )
    if not body.strip():
        raise ArticleError(source, "body", "is empty")
    if len(body) > LONGEST_BODY:
        raise ArticleError(
            source, "body", f"is longer than {LONGEST_BODY:,} characters; make it several articles"
        )
    if _CONTROL.search(body):
        raise ArticleError(source, "body", "contains control characters; remove them")
    return _Fields(source, dict(fields)).article(slug, body)


def write_article(article: Article) -> str:
    """The article as a file that `parse_article` reads as the same article again."""
    given = {
        "slug": article.slug,
        "title": article.title,
        "locale": article.locale,
        "audience": str(article.audience),
        "tags": list(article.tags),
        "owner": article.owner,
        "review_by": article.review_by,
        "valid_from": article.valid_from,
        "valid_until": article.valid_until,
        "questions": {heading: list(asked) for heading, asked in article.questions.items()},
    }
    fields = {name: value for name, value in given.items() if value}
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{front}---\n{article.body}\n"


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: a few lines of them unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)

    def construct_number(self, node: yaml.ScalarNode) -> int:
        if len(node.value) > _LONGEST_NUMBER:
            raise yaml.YAMLError(f"a number has more than {_LONGEST_NUMBER} digits")
        return int(self.construct_yaml_int(node))


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _PlainLoader.construct_number)


def _load(text: str, source: str) -> dict[str, Any]:
    try:
        # A date such as 2026-02-30 is a plain ValueError of the YAML loader's own constructor; LookupError and
        # AttributeError are what it raises for a value that its tag does not fit, such as `!!timestamp soon`.
        fields = yaml.load(text, Loader=_PlainLoader) or {}  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ArticleError(source, "front matter", f"is not valid YAML ({error})") from error
    except (LookupError, AttributeError) as error:
        raise ArticleError(
            source, "front matter", "has a value that its !!tag does not fit; take the tag out"
        ) from error
    if not isinstance(fields, dict):
        raise ArticleError(source, "front matter", "must be a list of `field: value` lines")
    return fields


def _titled(body: str) -> tuple[str | None, str]:
    """The heading that a text begins with, and the text without it."""
    first = next(iter(blocks(body)), None)
    if first is None or first.kind != "heading" or not first.title.strip():
        return None, body
    return first.title.strip(), body[first.end :].strip("\n")


class _Fields:
    """Reads front matter, each field by its kind."""

    def __init__(self, source: str, fields: dict[str, Any]) -> None:
        self.source = source
        self.fields = fields

    def article(self, slug: str, body: str) -> Article:
        first, last = self.day("valid_from"), self.day("valid_until")
        if first and last and first > last:
            raise ArticleError(
                self.source,
                "valid_until",
                f"is {last}, before valid_from ({first}); nobody would ever read it",
            )
        return Article(
            slug=self.matching("slug", _SLUG, slug, "must be lower-case words joined by hyphens"),
            title=self.required_text("title"),
            body=body,
            locale=self.matching(
                "locale", _LOCALE, "en", "must be a language tag such as en or pt-BR", LONGEST_LANGUAGE_TAG
            ),
            audience=self.audience(),
            tags=self.tags(),
            owner=self.short_text("owner"),
            review_by=self.day("review_by"),
            valid_from=first,
            valid_until=last,
            questions=self.questions(body),
        )

    def text(self, field: str) -> str | None:
        value = self.fields.get(field)
        if isinstance(value, str) and _CONTROL.search(value):
            raise ArticleError(self.source, field, "contains control characters; remove them")
        if value is None or isinstance(value, str):
            return value.strip() or None if value else None
        raise ArticleError(self.source, field, f"must be text, not {_shown(value)}")

    def short_text(self, field: str) -> str | None:
        """A text of one line that can be seen and stays where it is written."""
        value = self.text(field)
        if value is None:
            return None
        if "\n" in value:
            raise ArticleError(self.source, field, "must be one line")
        if len(value) > LONGEST_TITLE:
            raise ArticleError(self.source, field, f"is longer than {LONGEST_TITLE} characters")
        if _TURNS.search(value):
            raise ArticleError(
                self.source, field, "contains characters that turn the direction of text; remove them"
            )
        if not any(map(_is_visible, value)):
            raise ArticleError(self.source, field, "has nothing that can be seen; write it anew")
        return value

    def required_text(self, field: str) -> str:
        value = self.short_text(field)
        if value is None:
            raise ArticleError(
                self.source,
                field,
                f"is missing; name it in front matter, or begin the text with a heading (# {field.title()})",
            )
        return value

    def matching(
        self, field: str, pattern: re.Pattern[str], default: str, problem: str, longest: int = LONGEST_TITLE
    ) -> str:
        value = self.text(field) or default
        if len(value) > longest or not pattern.fullmatch(value):
            raise ArticleError(self.source, field, f"{problem}, not {_shown(value)}")
        return value

    def audience(self) -> str:
        value = self.text("audience") or Audience.PUBLIC
        if value not in list(Audience):
            raise ArticleError(
                self.source, "audience", f"must be one of {', '.join(Audience)}, not {_shown(value)}"
            )
        return str(value)

    def tags(self) -> tuple[str, ...]:
        value = self.fields.get("tags") or []
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            raise ArticleError(self.source, "tags", "must be a list of words")
        self._bounded("tags", value, most=MOST_TAGS)
        return tuple(tag.strip() for tag in value if tag.strip())

    def questions(self, body: str) -> dict[str, tuple[str, ...]]:
        """Questions by heading; every heading must be one of the body."""
        value = self.fields.get("questions") or {}
        if not isinstance(value, dict):
            raise ArticleError(self.source, "questions", "must be lists of questions, each under a heading")
        headings = {"", *(block.title for block in blocks(body) if block.kind == "heading")}
        for heading, asked in value.items():
            if heading not in headings:
                raise ArticleError(
                    self.source, "questions", f"{_shown(heading)} is no heading of the article"
                )
            if not isinstance(asked, list) or not all(isinstance(q, str) and q.strip() for q in asked):
                raise ArticleError(
                    self.source, "questions", f"under {_shown(heading)} must be a list of questions"
                )
        every = [question for asked in value.values() for question in asked]
        self._bounded("questions", every, most=MOST_QUESTIONS)
        return {heading: tuple(question.strip() for question in asked) for heading, asked in value.items()}

    def _bounded(self, field: str, lines: Sequence[str], *, most: int) -> None:
        """Raises `ArticleError` for control characters, too many lines or a line that is too long."""
        if any(_CONTROL.search(line) for line in lines):
            raise ArticleError(self.source, field, "contain control characters; remove them")
        if len(lines) > most or any(len(line) > LONGEST_TITLE for line in lines):
            raise ArticleError(
                self.source,
                field,
                f"are more than {most:,}, or one is longer than {LONGEST_TITLE} characters",
            )

    def day(self, field: str) -> date | None:
        value = self.fields.get(field)
        # A datetime is a date to isinstance, but "until 14:00" would silently become "all day".
        if value is None or type(value) is date:
            return value
        raise ArticleError(self.source, field, f"must be a day such as 2026-12-31, not {_shown(value)}")


def _shown(value: object) -> str:
    """A wrong value as its error repeats it."""
    written = repr(value)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def _is_visible(sign: str) -> bool:
    """Whether a character leaves a mark by itself: not white space, not a format character such as U+200B."""
    return unicodedata.category(sign)[0] not in "CZM"
