"""Cuts an answer down to what a GraphQL document asks for, as a server does: what was not asked for is not there."""

import re

_TOKEN = re.compile(r'"[^"]*"|\.\.\.|[A-Za-z_@$][A-Za-z0-9_]*|[{}()]|[^\s{}()A-Za-z_@$."]+')


def cut(document, data):
    """The part of `data` that the document selects. KeyError for a field that `data` lacks."""
    tokens = _TOKEN.findall(document)
    return _cut(_selection(_inside(tokens)), data)


def name_of(document):
    """The name of the operation."""
    return re.search(r"\b(?:query|mutation) (\w+)", document)[1]


def _inside(tokens):
    """Past the head, with its variables in parentheses, to within the first brace."""
    rest, depth = iter(tokens), 0
    for token in rest:
        depth += (token == "(") - (token == ")")
        if token == "{" and depth == 0:
            return rest
    raise AssertionError("no selection")


def _selection(tokens):
    """{field: its selection or None}; the key `... on X` has what is selected of an X."""
    found, last, depth = {}, None, 0
    for token in tokens:
        if token == "(" or depth:
            depth += (token == "(") - (token == ")")
        elif token == "{":
            found[last] = _selection(tokens)
        elif token == "}":
            return found
        elif token == "...":
            last = "..."
        elif last in ("...", "... on"):
            last = "... on" if token == "on" else f"... on {token}"
        elif not token.startswith("@"):
            last = token
            found[last] = None
    return found


def _cut(selection, value):
    if value is None or selection is None:
        return value
    if isinstance(value, list):
        return [_cut(selection, each) for each in value]
    kept = {}
    for field, inner in selection.items():
        if not field.startswith("... on "):
            kept[field] = _cut(inner, value[field])
        elif value.get("__typename") == field.removeprefix("... on "):
            kept |= _cut(inner, value)
    return kept
