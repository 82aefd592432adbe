"""Parameters of an activation as programs have them: their nodes, values to try, what is known of their signs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sympy import Symbol

from symact.activation import Activation
from symact.lowering.arithmetic import number_of
from symact.lowering.bounds import Signs
from symact.lowering.program import Node

Values = Mapping[Symbol, float]


def parameter_nodes(activation: Activation) -> dict[Symbol, Node]:
    """Return a node for every parameter."""
    return {p.symbol: Node("parameter", label=p.name) for p in activation.parameters}


def sample_values(activation: Activation) -> list[dict[Symbol, float]]:
    """Return two choices of parameter values: the defaults, and numbers that are no powers of two."""
    generic: dict[Symbol, float] = {}
    defaults: dict[Symbol, float] = {}
    for k, p in enumerate(activation.parameters):
        for values, wanted in ((generic, None), (defaults, p.default)):
            domain = p.domain.subs(values)
            low = float(domain.start) if domain.start.is_finite else -math.inf
            high = float(domain.end) if domain.end.is_finite else math.inf
            if wanted is not None:
                values[p.symbol] = number_of(wanted.subs(values))
            elif math.isfinite(low) and math.isfinite(high):
                values[p.symbol] = low + 0.37 * (high - low)
            else:
                values[p.symbol] = (low if math.isfinite(low) else 0.0) + 1.3 + 0.6 * k
    return [defaults] if defaults == generic else [defaults, generic]


def signs(activation: Activation) -> Signs:
    """Return which parameters cannot be negative, and which not positive."""
    nodes = parameter_nodes(activation)
    sides = {nodes[p.symbol]: 1 for p in activation.parameters if p.domain.start.is_nonnegative}
    return sides | {nodes[p.symbol]: -1 for p in activation.parameters if p.domain.end.is_nonpositive}


def named(values: Values) -> dict[str, float]:
    """Return values by the names of their symbols."""
    return {symbol.name: value for symbol, value in values.items()}
