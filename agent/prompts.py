"""Prompts are files, rendered strictly: a missing value fails, and so does one that the file does not use."""

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

_FOLDER = Path(__file__).with_name("prompts")
# Prompts are text for a model, not HTML; outside text enters through `fence`.
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_FOLDER),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - see above
    auto_reload=False,  # files of a package do not change under a running process
)


def render(name: str, **values: object) -> str:
    """The prompt file `name` with its values. Raises ValueError for a missing or an unused one."""
    wanted = _wanted(name)
    if wanted != set(values):
        raise ValueError(
            f"Prompt {name}: missing {sorted(wanted - set(values))}, unused {sorted(set(values) - wanted)}."
        )
    return _ENVIRONMENT.get_template(name).render(**values)


@cache
def _wanted(name: str) -> set[str]:
    """The values that the file uses."""
    return meta.find_undeclared_variables(_ENVIRONMENT.parse((_FOLDER / name).read_text(encoding="utf-8")))


def prompt_hash(text: str) -> str:
    """Short hash of a rendered prompt, for the turn's record."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def fence(kind: str, text: str, **labels: object) -> str:
    """Outside text as quoted data. Whatever it contains, it cannot close its own fence.

    The only way in which customers' words, articles, tool results and notes enter a prompt.
    """
    attributes = "".join(f' {name}="{_escape(str(value), quote=True)}"' for name, value in labels.items())
    return f"<{kind}{attributes}>\n{_escape(text)}\n</{kind}>"


def _escape(text: str, *, quote: bool = False) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace('"', "&quot;") if quote else escaped
