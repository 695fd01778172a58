"""Which way a figure points: at most, at least, or after it."""

from knowledge.checking import patterns


def bound_of(text: str, start: int, end: int) -> str:
    """Whether the figure `text[start:end]` is a "most", a "least" or an "after" by the words around it; "" if neither."""
    before, after = text[max(0, start - 30) : start], text[end : end + 20]
    for name, pattern in patterns.BOUNDS:
        if pattern.search(before):
            return name
    return next((name for name, pattern in patterns.AFTERWARDS if pattern.search(after)), "")
