"""The table of errors: its rows, and the bounds that they are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symact.lowering import TOLERABLE

BOUNDS: Mapping[tuple[str, int], float] = {
    **{("float64", order): bound for order, bound in enumerate(TOLERABLE)},
    ("float32", 0): 4.0,
    ("float32", 1): 4.0,
    ("float32", 2): 4.0,
}
"""The contract: ULP by type and order of the derivative (a derivative by a parameter counts as order 1)."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    function, derivative
        ``gelu`` and ``f``, ``f′``, ``f″``, ``∂f/∂a`` or ``vjp``.
    backend, dtype
        What computed it.
    worst_ulp, worst_input
        The largest error and the argument it occurred at; a wrong NaN or infinity counts as ∞.
    bound
        The contract.
    """

    function: str
    derivative: str
    backend: str
    dtype: str
    worst_ulp: float
    worst_input: str
    bound: float

    @property
    def passed(self) -> bool:
        """Whether the contract holds."""
        return self.worst_ulp <= self.bound
