"""Measured figures: medians of several runs, compared with something measured in the same run."""

import json
import statistics
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Result:
    """One row of the report: a figure, what it is compared with, and what was promised.

    `target` is the least `ratio` to `compared_with`, or without a comparison the bound of `value`
    itself; `smaller_is_better` turns either around. None promises nothing.
    """

    what: str
    value: float
    unit: str
    runs: list = field(default_factory=list)
    compared_with: str = ""
    compared_value: float = None
    target: float = None
    smaller_is_better: bool = False
    note: str = ""

    @property
    def ratio(self):
        """The value as a multiple of what it is compared with; None without a comparison."""
        return self.value / self.compared_value if self.compared_value else None

    @property
    def reached(self):
        """Whether the target is met; None when there is none."""
        if self.target is None:
            return None
        measured = self.value if self.compared_value is None else self.ratio
        return measured <= self.target if self.smaller_is_better else measured >= self.target

    def as_json(self):
        """A dictionary with the derived figures in it."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def side_by_side(rounds, **measures):
    """Runs each measure once per round, in turn, so that what the machine does besides meets all alike.

    Gives a dictionary from the measures' names to their lists of figures.
    """
    figures = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            figures[name].append(measure())
    return figures


def median(runs):
    """The middle of the runs, which one disturbed run does not move."""
    return statistics.median(runs)


def rounded(number):
    """Three digits that matter, with a comma between thousands: 12,300 or 0.412."""
    if number is None:
        return ""
    if number == 0:
        return "0"
    text = f"{number:.3g}"
    value = float(text)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"


def table(results):
    """The results as lines for a terminal."""
    lines = []
    for result in results:
        line = f"{result.what}: {rounded(result.value)} {result.unit}".rstrip()
        if result.compared_value is not None:
            line += f"; {result.ratio:.2f} of {result.compared_with} ({rounded(result.compared_value)})"
        if result.target is not None:
            bound = "at most" if result.smaller_is_better else "at least"
            line += f"; target {bound} {rounded(result.target)}: {'reached' if result.reached else 'NOT reached'}"
        lines.append(line + (f" ({result.note})" if result.note else ""))
    return lines


def write_json(path, results, facts):
    """Writes facts about the run and the results to one file."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**facts, "results": [result.as_json() for result in results]}, file, indent=1)
        file.write("\n")
