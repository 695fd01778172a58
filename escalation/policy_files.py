"""Policies are YAML files: how one is read, and what is said when one is wrong."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge import yaml_files


class PolicyError(ValueError):
    """A policy file is wrong. The message names the file, the rule or field, and the mend."""


@contextmanager
def told_by(setting: str) -> Iterator[None]:
    """Around the loading of the file that a setting names: what is wrong with it begins with the setting's name."""
    try:
        yield
    except PolicyError as error:
        raise PolicyError(f"{setting}: {error}") from error


def read(file: Path, fields: Sequence[str]) -> tuple[dict[str, Any], str]:
    """What a policy file says, and its version: the beginning of the SHA-256 of its text. Raises `PolicyError`."""
    try:
        text = file.read_text(encoding="utf-8")
        data = yaml_files.load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"{file.name} cannot be read: {error}. Name a policy file that is there."
        ) from error
    except yaml.YAMLError as error:
        raise PolicyError(f"{file.name} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise PolicyError(f"{file.name} must be a mapping with the fields {', '.join(fields)}.")
    return data, version_of(text)


def version_of(text: str) -> str:
    """Which text of a policy this is."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def explained(
    file: Path, error: ValidationError, where: Callable[[Sequence[str]], Sequence[str]]
) -> PolicyError:
    """A line for each fault; `where` turns the path to it into words for a reader."""
    lines = []
    for fault in error.errors():
        path = where([str(step) for step in fault["loc"]])
        place = ": ".join([path[0], ".".join(path[1:])] if len(path) > 1 else path)
        message = fault["msg"].removeprefix("Value error, ")
        lines.append(f"{file.name}: {place}: {message}." if place else f"{file.name}: {message}.")
    return PolicyError("\n".join(lines))


def rule_named(path: Sequence[str], rows: Mapping[str, Any], table: str, key: str) -> list[str]:
    """A path into a table of rules, with the rule's own name in place of its number."""
    path = list(path)
    if path[:1] != [table] or len(path) < 2:  # noqa: PLR2004 - the table and a row
        return path
    row = rows[table][int(path[1])]
    name = row.get(key) if isinstance(row, dict) else None
    return [f"{key} '{name}'" if name else f"{key} number {int(path[1]) + 1}", *path[2:]]
