"""Charts as static SVG: few and plain, so that a report needs no script and no network. Colours are the page's (`report.css`).

Each is a picture for the eye; the page has the same numbers in a table below it.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from evals.runs.figures import Share
from evals.runs.statistics import Bin

WIDTH = 480  # units; a phone shows them at two thirds of a pixel, a screen at a third more
LINE = 15  # units between two labels


def bars(rows: Sequence[tuple[str, Share]], title: str) -> str:
    """A bar of each share from 0 to 100 %, with its 95 % interval as a whisker."""
    left, right, high = 150, 62, 26
    wide = WIDTH - left - right
    parts = [_scale(left, wide, len(rows) * high)]
    for place, (name, share) in enumerate(rows):
        y = place * high + high / 2
        parts.append(_text(left - 10, y + 4, name, "end"))
        if share.value is None or share.interval is None:
            parts.append(_text(left + 4, y + 4, "nothing to count", css="quiet"))
            continue
        low, top = share.interval
        parts += [
            f'<rect class="bar" x="{left}" y="{y - 8:.1f}" width="{wide * share.value:.1f}" height="16" rx="2"/>',
            _whisker(left + wide * low, left + wide * top, y),
            _text(WIDTH - right + 12, y + 4, f"{100 * share.value:.1f} %"),
        ]
    return _svg(len(rows) * high + 26, title, parts)


def course(rows: Sequence[tuple[str, Share]], title: str) -> str:
    """Shares of runs one after the other, from 0 to 100 %, each with its interval."""
    left, high, top = 52, 140, 12
    step = (WIDTH - left - 20) / max(1, len(rows))

    def y(share: float) -> float:
        return top + high * (1 - share)

    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts.append(
            f'<line class="rule" x1="{left}" x2="{WIDTH - 10}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        )
        parts.append(_text(left - 8, y(tick) + 4, f"{100 * tick:.0f} %", "end", "quiet"))
    points = []
    for place, (name, share) in enumerate(rows):
        x = left + step * (place + 0.5)
        if share.value is None or share.interval is None:
            continue
        points.append(f"{x:.1f},{y(share.value):.1f}")
        low, up = share.interval
        parts.append(f'<line class="whisker" x1="{x:.1f}" x2="{x:.1f}" y1="{y(low):.1f}" y2="{y(up):.1f}"/>')
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y(share.value):.1f}" r="5"/>')
        parts.append(_text(x, top + high + 20, _short(name, int(step / 8)), "middle"))
    parts.insert(10, f'<polyline class="line" points="{" ".join(points)}"/>')
    return _svg(top + high + 30, title, parts)


def reliability(bins: Sequence[Bin], title: str) -> str:
    """Stated confidence across, share that was right upwards; on the dashed line both are the same."""
    side, left, top = 210, 62, 12
    scale = side / 1.0

    def x(value: float) -> float:
        return left + scale * value

    def y(value: float) -> float:
        return top + side - scale * value

    parts = [f'<line class="ideal" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>']
    for tick in (0, 0.5, 1):
        parts += [
            f'<line class="rule" x1="{x(0)}" x2="{x(1)}" y1="{y(tick)}" y2="{y(tick)}"/>',
            _text(left - 8, y(tick) + 4, f"{100 * tick:.0f} %", "end", "quiet"),
            _text(x(tick), top + side + 18, f"{100 * tick:.0f} %", "middle", "quiet"),
        ]
    for one in bins:
        low, up = one.right.interval or (0.0, 0.0)
        at = x(one.stated)
        parts.append(
            f'<line class="whisker" x1="{at:.1f}" x2="{at:.1f}" y1="{y(low):.1f}" y2="{y(up):.1f}"/>'
        )
        radius = 4 + min(8.0, one.right.of**0.5 / 2)
        parts.append(
            f'<circle class="dot" cx="{at:.1f}" cy="{y(one.right.value or 0):.1f}" r="{radius:.1f}"/>'
        )
    parts.append(_text(left + side / 2, top + side + 38, "how sure it was", "middle"))
    parts.append(f'<text class="label" transform="translate(14 {top + side / 2:.0f}) rotate(-90)" text-anchor="middle">was right</text>')  # fmt: skip
    return _svg(top + side + 46, title, parts, width=left + side + 30)


def scatter(rows: Sequence[tuple[str, float, Share]], title: str, unit: str) -> str:
    """Cost across, share that passes upwards; the better run stands higher and further to the left."""
    left, right, high, top = 52, 20, 160, 12
    most = max((cost for _, cost, _ in rows), default=0) or 1.0
    wide = WIDTH - left - right

    def x(cost: float) -> float:
        return left + wide * 0.9 * cost / most + 12

    def y(share: float) -> float:
        return top + high * (1 - share)

    parts = []
    for tick in (0, 0.5, 1):
        parts.append(f'<line class="rule" x1="{left}" x2="{WIDTH - right}" y1="{y(tick)}" y2="{y(tick)}"/>')
        parts.append(_text(left - 8, y(tick) + 4, f"{100 * tick:.0f} %", "end", "quiet"))
    parts += [
        _text(x(tick), top + high + 18, f"{tick:,.4g} {unit}", anchor, "quiet")
        for tick, anchor in ((0.0, "start"), (most, "end"))
    ]
    labels: list[float] = []  # heights that are taken
    for name, cost, share in rows:
        if share.value is None or share.interval is None:
            continue
        low, up = share.interval
        label = y(share.value) - 8
        while any(abs(label - taken) < LINE for taken in labels):
            label += LINE
        labels.append(label)
        at, right_half = x(cost), cost > most / 2
        parts += [
            f'<line class="whisker" x1="{at:.1f}" x2="{at:.1f}" y1="{y(low):.1f}" y2="{y(up):.1f}"/>',
            f'<circle class="dot" cx="{at:.1f}" cy="{y(share.value):.1f}" r="5"/>',
            _text(at + (-10 if right_half else 10), label, name, "end" if right_half else "start"),
        ]
    return _svg(top + high + 28, title, parts)


def _scale(left: float, wide: float, high: float) -> str:
    lines = []
    for tick in (0, 25, 50, 75, 100):
        at = left + wide * tick / 100
        lines.append(f'<line class="rule" x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{high}"/>')
        lines.append(_text(at, high + 18, f"{tick} %", "middle", "quiet"))
    return "".join(lines)


def _whisker(low: float, high: float, y: float) -> str:
    ends = "".join(
        f'<line class="whisker" x1="{at:.1f}" x2="{at:.1f}" y1="{y - 5:.1f}" y2="{y + 5:.1f}"/>'
        for at in (low, high)
    )
    return f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>{ends}'


def _text(x: float, y: float, words: str, anchor: str = "start", css: str = "label") -> str:
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _short(words: str, most: int) -> str:
    return words if len(words) <= max(4, most) else f"{words[: max(3, most - 1)]}…"


def _svg(high: float, title: str, parts: Sequence[str], width: float = WIDTH) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {high:.0f}" role="img" aria-label={quoteattr(title)} '
        f'style="max-width:{width * 4 / 3:.0f}px">{"".join(parts)}</svg>'
    )
