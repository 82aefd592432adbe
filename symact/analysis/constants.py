"""The named constants of a definition: closed form and digits."""

from __future__ import annotations

from symact.activation import Activation
from symact.analysis.fact import Fact
from symact.balls import evaluate
from symact.functions import NamedConstant
from symact.notation import symbol_text
from symact.roots import digits

SECTION = "Constants"


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return each constant in closed form, its digits certified by a ball."""
    constants = sorted(activation.expr.atoms(NamedConstant), key=lambda c: c.name)
    return tuple(
        Fact(SECTION, symbol_text(c.name), c.meaning, method=f"= {digits(evaluate(c.meaning))}") for c in constants
    )
