"""A plot of what was measured second by second: SVG, readable without a network."""

import html

from .report import COLOURS
from .results import rounded

LEFT, TOP, WIDTH, HEIGHT = 60, 34, 480, 160


def lines(title, unit, series):
    """A line for each name in a dictionary of values, one value for each second."""
    highest = max((value for values in series.values() for value in values), default=0) or 1
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {TOP + HEIGHT + 34}" width="740" role="img" '
             f'aria-label="{html.escape(title)}">',
             f'<text x="0" y="16"><tspan font-weight="600">{html.escape(title)}</tspan> ({unit})</text>']
    for part in (0, 0.5, 1):
        y = TOP + HEIGHT * (1 - part)
        parts.append(f'<line class="axis" stroke="currentColor" opacity="0.4" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{rounded(part * highest)}</text>')
    seconds = max(len(values) for values in series.values())
    parts.append(f'<text x="{LEFT + WIDTH}" y="{TOP + HEIGHT + 20}" text-anchor="end">{seconds} s</text>')
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{LEFT + WIDTH * at / max(1, seconds - 1):.1f},{TOP + HEIGHT * (1 - value / highest):.1f}"
                          for at, value in enumerate(values))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>')
        parts.append(f'<rect x="{LEFT + WIDTH + 16}" y="{TOP + 20 * number}" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + WIDTH + 34}" y="{TOP + 20 * number + 11}">{html.escape(name)}</text>')
    return "".join(parts) + "</svg>"
