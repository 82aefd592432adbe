"""Polynomials close to smooth functions, by truncated Chebyshev series in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, arb_poly


def truncated_series(function: Callable[[arb], arb], degree: int, nodes: int) -> arb_poly:
    """Return the first terms of the Chebyshev series of a function on [−1, 1], in the working precision.

    Parameters
    ----------
    function
        Given the Chebyshev nodes, where it is interpolated.
    degree
        Of the polynomial, at least 1.
    nodes
        How many there are, more than the degree.
    """
    values = [function(arb.cos_pi(arb(2 * j + 1) / (2 * nodes))) for j in range(nodes)]
    before, current = arb_poly([1]), arb_poly([0, 1])
    total = arb_poly([sum(values, start=arb(0)) / nodes])
    for m in range(1, degree + 1):
        weights = (arb.cos_pi(arb(m * (2 * j + 1)) / (2 * nodes)) for j in range(nodes))
        weight = sum((v * w for v, w in zip(values, weights, strict=True)), start=arb(0))
        total += current * (2 * weight / nodes)
        before, current = current, arb_poly([0, 2]) * current - before
    return total
