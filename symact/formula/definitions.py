"""A file of definitions in TOML: a private catalogue.

.. code-block:: toml

    [[activation]]
    name = "sharp_swish"
    formula = "x*sigmoid(beta*x)"
    parameters = {beta = {default = 1.5, domain = "(0, oo)", role = "learned"}}
    summary = "Swish with a sharper gate"
    source = "Example 2024"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from symact.activation import Activation, Parameter, Role
from symact.errors import SymactError
from symact.formula.entries import parameter_in, parse
from symact.formula.library import Library
from symact.formula.naming import activation_name
from symact.parsing import exact, interval

LARGEST = 1_000_000  # bytes of a file
LONGEST_LINE = 200  # characters of a summary or source

_KEYS = ("name", "formula", "latex", "parameters", "source", "summary")
_PARAMETER_KEYS = ("default", "domain", "role")
_ROLES = (Role.FIXED, Role.LEARNED)


def read_catalog(path: str | Path) -> tuple[Activation, ...]:
    """Read a file of definitions; a formula may call the activations above it.

    Parameters
    ----------
    path
        A file in TOML with a table ``[[activation]]`` for each: ``name``, ``formula`` (or ``latex`` instead), and
        as wanted ``parameters`` (of each its ``default``, ``domain`` and ``role``), ``source`` and ``summary``.

    Raises
    ------
    SymactError
        The message names the file and the entry.
    """
    found: list[Activation] = []
    for number, table in enumerate(_tables(Path(path)), 1):
        label = table.get("name") if isinstance(table, dict) else None
        place = f"{path}, activation {number}" if not isinstance(label, str) else f"{path}, activation '{label[:64]}'"
        try:
            found.append(_activation(table, Library(found)))
        except SymactError as error:
            raise SymactError(f"{place}: {error}") from error
    return tuple(found)


def _tables(path: Path) -> list[Any]:
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise SymactError(f"{path}: a file of more than {LARGEST} bytes is not a catalogue")
    try:
        # Decimals stay text, so that they are read as the rationals that they spell.
        read = tomllib.loads(content.decode("utf-8"), parse_float=str)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SymactError(f"{path}: {error}") from error
    tables = read.get("activation")
    if set(read) != {"activation"} or not isinstance(tables, list):
        raise SymactError(f"{path}: a catalogue is a list of tables [[activation]] and nothing else")
    return tables


def _activation(table: Any, library: Library) -> Activation:
    _check_keys(table, _KEYS, "an activation")
    if "name" not in table or ("formula" in table) is ("latex" in table):
        raise SymactError("an activation needs a name, and a formula or latex")
    activation = parse(
        _line(table, "formula") or _line(table, "latex"),
        name=activation_name(_line(table, "name"), library),
        parameters=_parameters(table.get("parameters", {})),
        latex="latex" in table,
        library=library,
    )
    summary, source = _comment(table, "summary"), _comment(table, "source")
    activation = replace(activation, summary=summary or activation.summary, source=source or activation.source)
    for parameter in activation.parameters:
        if parameter.default is not None:
            activation.at(**{parameter.name: parameter.default})  # refuses what is outside the domain
    return activation


def _parameters(tables: Any) -> dict[str, Parameter]:
    if not isinstance(tables, dict):
        raise SymactError("parameters is a table: {beta = {default = 1.5}}")
    return {name: _parameter(name, given) for name, given in tables.items()}


def _parameter(name: str, given: Any) -> Parameter:
    table = given if isinstance(given, dict) else {"default": given}
    _check_keys(table, _PARAMETER_KEYS, f"parameter '{name}'")
    role = table.get("role", str(Role.FIXED))
    if role not in _ROLES:
        raise SymactError(f"parameter '{name}': the role is {' or '.join(_ROLES)}, not {str(role)[:64]!r}")
    domain = interval(_line(table, "domain")) if "domain" in table else None
    default = exact(table["default"]) if "default" in table else None
    return parameter_in(name, domain, default, Role(role))


def _check_keys(table: Any, known: Iterable[str], whose: str) -> None:
    if not isinstance(table, dict):
        raise SymactError(f"{whose} is a table with {', '.join(known)}")
    for key in table:
        if key not in known:
            raise SymactError(f"{whose} has no '{key[:64]}'; there are {', '.join(known)}")


def _line(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise SymactError(f"{key} is text in quotes")
    return value


def _comment(table: Mapping[str, Any], key: str) -> str:
    """Return text that will stand in comments and docstrings of generated code."""
    line = _line(table, key)
    if not line.isprintable() or len(line) > LONGEST_LINE:
        raise SymactError(f"{key} is one line of at most {LONGEST_LINE} characters")
    for sign in ('"', "\\", "*/", "/*"):
        if sign in line:
            raise SymactError(f"{key} goes into comments of generated code and cannot have {sign} in it")
    return line
