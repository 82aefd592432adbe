"""How it is measured: one process, pinned, all implementations in turn, medians."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import cases

IMPLEMENTATIONS = ("symact C", "symact NumPy", "symact torch", "torch", "plain NumPy")
"""What symact generates, and to compare with: torch itself, and the obvious line of NumPy."""

RATIOS = (("symact C", "torch"), ("symact torch", "torch"), ("symact NumPy", "plain NumPy"))


@dataclass(frozen=True)
class Row:
    """Nanoseconds an element of one function in one direction, by implementation."""

    function: str
    direction: str
    dtype: str
    elements: int
    row_length: int | None  # None for a function of each element by itself
    nanoseconds: Mapping[str, float]

    @property
    def title(self) -> str:
        """Return the function, with the length of its rows if it has any."""
        return self.function if self.row_length is None else f"{self.function}, rows of {self.row_length}"

    def ratio(self, one: str, other: str) -> float | None:
        """Return how many times as long one implementation takes as another, ``None`` if one is not there."""
        if one not in self.nanoseconds or other not in self.nanoseconds:
            return None
        return self.nanoseconds[one] / self.nanoseconds[other]


def pin(threads: int) -> None:
    """Keep this process on its first processors, one a thread."""
    torch.set_num_threads(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def rows(names: list[str], sizes: Mapping[int, int]) -> Iterator[Row]:
    """Measure functions for numbers of elements; each with how many times a call is measured at least."""
    for name in names:
        lengths = cases.ROWS if name in cases.VECTORS else (None,)
        for elements, repeats in sizes.items():
            for length in lengths:
                for dtype in (np.float32, np.float64):
                    yield from _both_directions(name, elements, length, dtype, repeats)


def _both_directions(name: str, elements: int, length: int | None, dtype: type, repeats: int) -> Iterator[Row]:
    generator = np.random.default_rng(0)
    x, dy = (generator.normal(scale=scale, size=elements).astype(dtype) for scale in (3.0, 1.0))
    if length:
        x, dy = x.reshape(-1, length), dy.reshape(-1, length)
    for direction, calls in (("forward", cases.forward(name, x)), ("backward", cases.backward(name, x, dy))):
        times = {label: seconds / elements * 1e9 for label, seconds in medians(calls, repeats).items()}
        yield Row(name, direction, np.dtype(dtype).name, elements, length, times)


def medians(calls: Mapping[str, Callable[[], Any]], repeats: int, before: int = 0) -> dict[str, float]:
    """Call each in turn, over and over, and return the median seconds of each; some calls before each do not count."""
    times: dict[str, list[float]] = {label: [] for label in calls}
    with np.errstate(all="ignore"):
        for _ in range(repeats):
            for label, call in calls.items():
                for _ in range(before):
                    call()
                start = time.perf_counter()
                call()
                times[label].append(time.perf_counter() - start)
    return {label: statistics.median(each) for label, each in times.items()}


def means(measured: list[Row]) -> list[dict[str, Any]]:
    """Return geometric means of ratios over functions, by direction, type and number of elements."""
    groups: dict[tuple[str, str, int], list[Row]] = {}
    for row in measured:
        groups.setdefault((row.direction, row.dtype, row.elements), []).append(row)
    found = []
    for (direction, dtype, elements), members in groups.items():
        mean: dict[str, Any] = {"direction": direction, "dtype": dtype, "elements": elements}
        for one, other in RATIOS:
            ratios = [ratio for row in members if (ratio := row.ratio(one, other)) is not None]
            mean[f"{one} / {other}"] = statistics.geometric_mean(ratios) if ratios else None
        found.append(mean)
    return found


def machine(threads: int) -> dict[str, Any]:
    """Describe what was measured on."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "threads": threads,
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d"),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
