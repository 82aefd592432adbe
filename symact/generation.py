"""The definitions meet the backends: generated files and loaded functions, by name or by formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sympy import PolynomialError

from symact import backends, catalog, factbook
from symact.activation import Activation
from symact.errors import OpenError, SymactError
from symact.formula import find
from symact.lowering import lower
from symact.processes import results

if TYPE_CHECKING:
    from symact.backends import Difference
    from symact.backends.loading import Loaded
    from symact.lowering.program import Kernels

LARGEST_ERROR = 16.0  # ULP in double precision; generating what errs more comes with a warning

Wanted = Sequence[str | Activation] | None
Tell = Callable[[str], None] | None


def generate(
    wanted: Wanted = None,
    backend: str = "all",
    out: str | Path = "generated",
    progress: Tell = None,
    warn: Tell = None,
) -> tuple[Path, ...]:
    """Write the generated files of some activations, or of the whole catalogue, and return the paths.

    With all backends, files in the folder that were generated once and are not any more are deleted.

    Parameters
    ----------
    wanted
        Names in the catalogue, formulas, or activations; ``None`` is the whole catalogue.
    backend
        ``numpy``, ``torch``, ``c`` or ``all``.
    out
        The folder; it is made if it is not there.
    progress
        Called with the name of each activation that is done, twice with all backends: for code and for facts.
    warn
        Called with a line for each function whose measured error is above :data:`LARGEST_ERROR`.
    """
    made = files(wanted, backend, progress, warn)
    paths = backends.write(made, Path(out))
    if backend == "all":
        for orphan in backends.orphans(made, Path(out)):
            orphan.unlink(missing_ok=True)  # another process may have been faster
    return paths


def compare(
    wanted: Wanted = None,
    backend: str = "all",
    out: str | Path = "generated",
    progress: Tell = None,
    warn: Tell = None,
) -> tuple[Difference, ...]:
    """Return how a folder differs from what :func:`generate` would write into it; the arguments are the same."""
    made = files(wanted, backend, progress, warn)
    found = backends.compare(made, Path(out))
    return tuple(difference for difference in found if backend == "all" or difference.file in made)


def files(wanted: Wanted = None, backend: str = "all", progress: Tell = None, warn: Tell = None) -> dict[str, str]:
    """Return the code, and with all backends every derived fact, as text by file name."""
    chosen = activations(wanted)
    code = rendered(chosen, backend, progress, warn)
    return code | factbook.rendered(chosen, _by_name(progress)) if backend == "all" else code


def rendered(wanted: Wanted = None, backend: str = "all", progress: Tell = None, warn: Tell = None) -> dict[str, str]:
    """Return the generated code, as text by file name."""
    backends.chosen(backend)
    made = kernels(wanted, progress)
    for each in made if warn else ():
        for program in each.programs():
            if warn and not (program.error is None or program.error <= LARGEST_ERROR):
                warn(f"{program.name} errs by {_size(program.error)}; 'symact check' shows where")
    return backends.render(made, backend)


def kernels(wanted: Wanted = None, progress: Tell = None) -> tuple[Kernels, ...]:
    """Lower activations, many of them in several processes."""
    return tuple(results(_lowered, activations(wanted), _by_name(progress)))


def _lowered(activation: Activation) -> Kernels:
    try:
        return lower(activation)
    except OpenError as error:
        raise OpenError(f"no code for {activation.name}: {error}") from error
    except (ArithmeticError, NotImplementedError, PolynomialError, RecursionError, TypeError, ValueError) as error:
        # What SymPy trips over in a formula that nobody has tried before.
        raise OpenError(f"no code for {activation.name}: {type(error).__name__}: {error}") from error


def activations(wanted: Wanted = None) -> tuple[Activation, ...]:
    """Return what was asked for as activations: those of the catalogue in its order, then the others in theirs.

    Raises
    ------
    UnknownNameError, FormulaError
        If a text is neither a name nor a formula.
    SymactError
        If two different activations have one name.
    """
    found: dict[str, Activation] = {}
    for each in catalog.names() if wanted is None else wanted:
        activation = each if isinstance(each, Activation) else find(each)
        if found.setdefault(activation.name, activation) != activation:
            raise SymactError(f"two activations are called '{activation.name}': give each a name of its own")
    order = {name: place for place, name in enumerate(catalog.names())}
    return tuple(sorted(found.values(), key=lambda activation: order.get(activation.name, len(order))))


def _by_name(progress: Tell) -> Callable[[Activation], None] | None:
    return None if progress is None else lambda activation: progress(activation.name)


def _size(error: float) -> str:
    return f"{error:.3g} ULP at the points tried" if error < inf else "any amount: NaN or infinity at a finite argument"


def load(activation: str | Activation, backend: str = "numpy", **parameters: Any) -> Loaded:
    """Return the generated function of an activation, ready to be called, with its derivatives as attributes.

    Parameters
    ----------
    activation
        A name in the catalogue, a formula, or an activation of your own.
    backend
        ``numpy``, ``torch`` or ``c``; the last is compiled once per user and works on NumPy arrays.
    parameters
        Values bound for every call; a call may give others.

    Examples
    --------
    >>> gelu = load("gelu")
    >>> float(gelu(0.0)), float(gelu.grad(0.0))
    (0.0, 0.5)
    """
    from symact.backends import loading

    entry = activation if isinstance(activation, Activation) else find(activation)
    return loading.load(lower(entry), backend, **parameters)
