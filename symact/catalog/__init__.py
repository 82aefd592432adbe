"""The catalogue: every activation, defined once, one module a family.

The names are read from the source text of the family modules, so that listing them does not import SymPy.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from symact.errors import UnknownNameError

if TYPE_CHECKING:
    from symact.activation import Activation


@dataclass(frozen=True)
class Listing:
    """What can be said of an entry without importing SymPy."""

    name: str
    family: str
    summary: str


@cache
def listings() -> dict[str, Listing]:
    """Return every entry's name, family and summary, in the order of the catalogue."""
    found: dict[str, Listing] = {}
    for module in sorted(Path(__file__).parent.glob("[!_]*.py")):
        for statement in ast.parse(module.read_text("utf-8")).body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id=variable)],
                    value=ast.Call(
                        func=ast.Name(id="Activation"), args=[ast.Constant(value=name), *_], keywords=keywords
                    ),
                ) if isinstance(name, str):
                    if variable != name or name in found:
                        raise ValueError(f"{module.name}: the entry '{name}' is bound to '{variable}' or repeated")
                    summary = next(k.value.value for k in keywords if k.arg == "summary")  # type: ignore[attr-defined]
                    found[name] = Listing(name, module.stem, summary)
    return found


def names() -> tuple[str, ...]:
    """Return the name of every entry."""
    return tuple(listings())


def get(name: str) -> Activation:
    """Return the entry called `name`.

    Raises
    ------
    UnknownNameError
        If there is none; the message suggests the nearest name.
    """
    listing = listings().get(name)
    if listing is None:
        raise UnknownNameError(name, listings())
    entry: Activation = getattr(import_module(f"{__name__}.{listing.family}"), name)
    return entry
