"""YAML with the line of every part, so that what is wrong in a file is named where it stands."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

Place = tuple[str | int, ...]
"""The way to a part: names of fields and numbers of entries."""
_Loader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml is ten times as fast, where it is there


class UnreadableYamlError(ValueError):
    """The text is no YAML. `line` is where it stops being so, from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class Marked:
    """The content of a file, and the line of each of its parts."""

    def __init__(self, content: Any, lines: dict[Place, int]) -> None:
        self.content = content
        self._lines = lines

    def line(self, place: Sequence[str | int]) -> int:
        """The line (from 1) of a part, or of the nearest part around it that the file has."""
        way = tuple(place)
        while way and way not in self._lines:
            way = way[:-1]
        return self._lines.get(way, 1)


def read_marked(file: Path) -> Marked:
    """Raises `UnreadableYamlError` and `OSError`."""
    try:
        loader = _Loader(file.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            lines: dict[Place, int] = {}
            if node is not None:
                _mark(node, (), lines)
                # A merge key or an alias is unfolded by the constructor, which the marks need not know.
            return Marked(loader.construct_document(node) if node is not None else None, lines)
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise UnreadableYamlError("it is not UTF-8", 1) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        raise UnreadableYamlError(what or "it is no YAML", mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise UnreadableYamlError(str(error).splitlines()[0], 1) from error


def _mark(node: yaml.Node, way: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(way, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            # A field begins at its name, not at its value.
            lines[(*way, str(key.value))] = key.start_mark.line + 1
            _mark(value, (*way, str(key.value)), lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _mark(value, (*way, number), lines)
