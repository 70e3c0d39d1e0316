"""The report: a page of HTML with the table and plots (SVG inside it), readable without a network."""

import html
import math

from .results import rounded

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>OKS benchmarks</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; vertical-align: top; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.missed {{ color: #b3261e; font-weight: 600; }}
svg {{ max-width: 100%; height: auto; }} svg text {{ fill: currentColor; font: 12px system-ui, sans-serif; }}
svg .axis {{ stroke: currentColor; opacity: .4; }}
</style>
<h1>OKS benchmarks</h1>
<p>{facts}</p>
<table><thead><tr><th>What</th><th>Median</th><th>Compared with</th><th>Ratio</th><th>Target</th></tr></thead>
<tbody>
{rows}
</tbody></table>
{plots}
</html>
"""
COLOURS = ["#2f6fde", "#d1682b", "#2f9e63", "#9857c7", "#b3261e", "#6b7280"]


def write(path, results, facts, plots):
    """Writes the page; `plots` are SVG texts made by the functions below."""
    rows = "\n".join(_row(result) for result in results)
    with open(path, "w", encoding="utf-8") as file:
        file.write(PAGE.format(facts=html.escape(facts), rows=rows, plots="\n".join(plots)))


def _row(result):
    compared = f"{rounded(result.compared_value)} {html.escape(result.compared_with)}" if result.compared_with else ""
    ratio = f"{result.ratio:.2f}" if result.ratio is not None else ""
    target = ""
    if result.target is not None:
        bound = "≤" if result.smaller_is_better else "≥"
        target = f"{bound} {rounded(result.target)}"
        target += " ✓" if result.reached else ' <span class="missed">missed</span>'
    note = f"<br><small>{html.escape(result.note)}</small>" if result.note else ""
    return (f"<tr><td>{html.escape(result.what)}{note}</td><td class=n>{rounded(result.value)} {html.escape(result.unit)}"
            f"</td><td>{compared}</td><td class=n>{ratio}</td><td>{target}</td></tr>")


def bars(title, unit, values):
    """Bars, one for each name in a dictionary of values."""
    height = 26 * len(values) + 40
    widest = max(values.values())
    parts = [_open(title, height), f'<text x="0" y="16"><tspan font-weight="600">{html.escape(title)}</tspan> ({unit})</text>']
    for row, (name, value) in enumerate(values.items()):
        y = 30 + 26 * row
        width = 420 * value / widest if widest else 0
        parts.append(f'<text x="230" y="{y + 14}" text-anchor="end">{html.escape(name)}</text>')
        parts.append(f'<rect x="240" y="{y}" width="{width:.1f}" height="18" rx="3" fill="{COLOURS[0 if row == 0 else 5]}"/>')
        parts.append(f'<text x="{248 + width:.1f}" y="{y + 14}">{rounded(value)}</text>')
    return "".join(parts) + "</svg>"


def growth(title, sizes, curves):
    """Cost per operation relative to the smallest size; `curves` maps a name to its costs, one for each size."""
    left, top, width, height = 60, 34, 480, 220
    highest = max(1.6, max(max(costs) / costs[0] for costs in curves.values()))
    span = math.log(sizes[-1] / sizes[0]) or 1

    def x(size):
        return left + width * math.log(size / sizes[0]) / span

    def y(ratio):
        return top + height * (1 - ratio / highest)

    parts = [_open(title, top + height + 34), f'<text x="0" y="16" font-weight="600">{html.escape(title)}</text>']
    for ratio in (0.5, 1, 1.5):
        parts.append(f'<line class="axis" x1="{left}" x2="{left + width}" y1="{y(ratio):.1f}" y2="{y(ratio):.1f}"'
                     + (' stroke-dasharray="4 4"' if ratio == 1.5 else "") + "/>")
        parts.append(f'<text x="{left - 8}" y="{y(ratio) + 4:.1f}" text-anchor="end">{ratio:g}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{top + height + 20}" text-anchor="middle">{rounded(size)}</text>')
    for number, (name, costs) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(cost / costs[0]):.1f}" for size, cost in zip(sizes, costs))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>')
        parts.append(f'<rect x="{left + width + 16}" y="{top + 20 * number}" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{left + width + 34}" y="{top + 20 * number + 11}">{html.escape(name)}</text>')
    return "".join(parts) + "</svg>"


def _open(title, height):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {height}" width="740" role="img" '
            f'aria-label="{html.escape(title)}">')
