"""The chart of the kernels: how many times as long as the C code torch takes, function by function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Row

FORMATS = (".svg", ".png")

OURS, THEIRS, DTYPE = "symact C", "torch", "float32"

COLOURS = {"forward": "#2f6f9f", "backward": "#e08a2e", "forward + backward": "#6b8e3d"}


def write(file: Path, panels: Mapping[str, Sequence[Row]]) -> None:
    """Draw a panel for each title; the format is that of the file's name, the same bytes from the same rows."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "symact"

    names = list(dict.fromkeys(row.function for rows in panels.values() for row in rows))
    figure = Figure(figsize=(9, 1.4 + 0.3 * len(names)), layout="constrained")
    axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for axis, (title, rows) in zip(axes, panels.items(), strict=True):
        ours = [row for row in rows if row.dtype == DTYPE and row.ratio(THEIRS, OURS)]
        for direction, colour in COLOURS.items():
            drawn = [row for row in ours if row.direction == direction]
            offset = {"forward": -0.2, "backward": 0.2}.get(direction, 0.0)
            axis.barh(
                [names.index(row.function) + offset for row in drawn],
                [row.ratio(THEIRS, OURS) - 1 for row in drawn],
                left=1,  # a bar to the left of 1: torch is faster
                height=0.38,
                color=colour,
                label=direction,
            )
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_title(title, fontsize=10)
        axis.set_xscale("log")
        axis.set_xlabel(f"time of torch / time of symact, {DTYPE}")
        axis.xaxis.set_major_locator(mpl.ticker.LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:g}×"))
        axis.xaxis.set_minor_locator(mpl.ticker.NullLocator())
        axis.grid(axis="x", linewidth=0.4)
        axis.set_axisbelow(True)
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
