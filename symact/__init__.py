"""symact: activation functions defined once, derived, proved and compiled.

Importing the package is cheap: SymPy and everything else is imported when it is first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symact.activation import Activation as Activation
    from symact.activation import Parameter as Parameter
    from symact.catalog import get as get
    from symact.catalog import names as names
    from symact.formula import parse as parse
    from symact.formula import read_catalog as read_catalog
    from symact.generation import generate as generate
    from symact.generation import load as load
    from symact.textbook.prover import prove as prove

__version__ = "0.1.0"

_HOME = {
    "Activation": "symact.activation",
    "Parameter": "symact.activation",
    "generate": "symact.generation",
    "get": "symact.catalog",
    "load": "symact.generation",
    "names": "symact.catalog",
    "parse": "symact.formula",
    "prove": "symact.textbook.prover",
    "read_catalog": "symact.formula",
}

__all__ = [
    "Activation",
    "Parameter",
    "generate",
    "get",
    "load",
    "names",
    "parse",
    "prove",
    "read_catalog",
]  # found by __getattr__


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'symact' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
