"""The picture: for each setting the share of all requests that succeeded within a time."""

import bisect
import math

from predict import GRID

WIDTH, HEIGHT, COLUMNS = 300, 190, 3
LEFT, TOP, RIGHT, BOTTOM = 38, 30, 12, 30
TICKS = [(0.02, "20 ms"), (0.1, "100 ms"), (0.5, "500 ms"), (2.5, "2.5 s")]
STYLE = (
    "text{font:11px sans-serif;fill:#333}.t{font-weight:bold}.m{fill:none;stroke:#1f6fb2;"
    "stroke-width:2}.p{fill:#d1495b}.g{stroke:#ccc;stroke-width:1}rect{fill:#fff}")


def _x(seconds):
    """Logarithmic, over the predicted grid."""
    share = math.log(max(seconds, GRID[0]) / GRID[0]) / math.log(GRID[-1] / GRID[0])
    return LEFT + min(share, 1.0) * (WIDTH - LEFT - RIGHT)


def _y(share):
    return TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM)


def _axes(title):
    """Title, grid and labels of one panel."""
    parts = [f'<text class="t" x="{LEFT}" y="18">{title}</text>']
    for share in (0.0, 0.5, 1.0):
        y = _y(share)
        parts.append(f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.1f}</text>')
    for seconds, label in TICKS:
        parts.append(f'<text x="{_x(seconds):.1f}" y="{HEIGHT - 12}" '
                     f'text-anchor="middle">{label}</text>')
    return parts


def _panel(title, measured, predicted, left, top):
    """Measured as a line, predicted as dots."""
    points = []
    for i in range(121):
        limit = GRID[0] * (GRID[-1] / GRID[0]) ** (i / 120.0)
        share = bisect.bisect_right(measured.latencies, limit) / measured.requests
        points.append(f"{_x(limit):.1f},{_y(share):.1f}")
    parts = _axes(title)
    parts.append(f'<polyline class="m" points="{" ".join(points)}"/>')
    parts += [f'<circle class="p" r="2.6" cx="{_x(limit):.1f}" cy="{_y(share):.1f}"/>'
              for limit, share in zip(GRID, predicted.within)]
    return f'<g transform="translate({left},{top})">{"".join(parts)}</g>'


def draw(rows):
    """The SVG of rows (name, measured, predicted)."""
    lines = math.ceil(len(rows) / COLUMNS)
    width, height = COLUMNS * WIDTH, lines * HEIGHT + 24
    panels = [_panel(name, measured, predicted, i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT)
              for i, (name, measured, predicted) in enumerate(rows)]
    caption = ("Share of all requests that succeeded within a time: line = measured, "
               "dots = predicted by firedrill")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
            f"<title>{caption}</title><style>{STYLE}</style>"
            f'<rect width="{width}" height="{height}"/>' + "\n".join(panels)
            + f'<text x="{LEFT}" y="{height - 8}">{caption}</text></svg>\n')
