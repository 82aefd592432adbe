"""One generated C function, in float beside in double: the worst error among floats with consecutive bits.

The work is done by a loop in C, templates/c/comparison.c.jinja, that calls the very library :func:`symact.load` has.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from symact.backends import templates
from symact.backends.loading import compiler_version, shared_library
from symact.errors import SymactError

BLOCK = 1024
"""Inputs at a time: so few that all arrays of them fit in the innermost cache."""


class Worst(NamedTuple):
    """The largest error in ULP, and the first input that has it: none where there is no error."""

    ulp: float
    place: float | None


@dataclass(frozen=True)
class Case:
    """A function with values of its parameters, as text: another process or machine needs nothing else.

    Attributes
    ----------
    function, derivative
        ``gelu``, and ``f`` or ``f′``.
    symbol
        The C function without its type: ``symact_gelu_grad``.
    parameters
        Names and values in the order of C; the values are floats of both types.
    files
        The generated code: names and texts.
    compiler
        The version of what compiles it.
    allowance
        What is added to every error for that of the float64 code, in ULP of float32.
    """

    function: str
    derivative: str
    symbol: str
    parameters: tuple[tuple[str, float], ...]
    files: tuple[tuple[str, str], ...]
    compiler: str
    allowance: float = 0.0

    @property
    def name(self) -> str:
        """The function at its parameters: ``leaky_relu(negative_slope=0.01)``."""
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters)
        return f"{self.function}({values})" if values else self.function

    @cached_property
    def comparison(self) -> str:
        """The C text of the loop that compares."""
        return templates.render("c/comparison.c.jinja", arity=len(self.parameters), block=BLOCK)

    @cached_property
    def code(self) -> str:
        """A digest of the generated code."""
        return _digest(*(text for file in self.files for text in file))

    @cached_property
    def digest(self) -> str:
        """A digest of all that :func:`compare` depends on."""
        values = (f"{name}={value.hex()}" for name, value in self.parameters)
        return _digest(self.code, self.symbol, *values, self.comparison, self.compiler)


def compare(case: Case, first: int, count: int) -> Worst:
    """Return the worst error among `count` inputs, a multiple of :data:`BLOCK`, whose bits are first, first + 1, ….

    The error is the distance of the float32 result from the float64 result in ULP of float32 at the latter; ∞ if only
    one of them is NaN, or one is an infinity that the other does not round to.

    Raises
    ------
    SymactError
        If there is another compiler here than the case is about.
    """
    ulp, place = ctypes.c_double(0.0), ctypes.c_float(0.0)
    values = (ctypes.c_double * len(case.parameters))(*(value for _, value in case.parameters))
    loop, in_float, in_double = _loaded(case)
    loop(
        in_float, in_double, ctypes.c_uint32(first), ctypes.c_size_t(count), values,
        ctypes.byref(ulp), ctypes.byref(place),
    )  # fmt: skip
    return Worst(ulp.value, place.value if ulp.value > 0 else None)


@lru_cache(maxsize=4)
def _loaded(case: Case) -> tuple[Callable[..., None], ctypes.c_void_p, ctypes.c_void_p]:
    """Return the loop that compares, and the functions that it compares."""
    here = compiler_version()
    if here != case.compiler:
        raise SymactError(f"the code is to be compiled by '{case.compiler}', but here is '{here}'")
    loop = ctypes.CDLL(str(shared_library({"comparison.c": case.comparison}))).symact_compare
    loop.restype = None
    library = ctypes.CDLL(str(shared_library(dict(case.files))))
    in_float, in_double = (
        ctypes.cast(getattr(library, f"{case.symbol}_{type_}"), ctypes.c_void_p) for type_ in ("f32", "f64")
    )
    return loop, in_float, in_double


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]
