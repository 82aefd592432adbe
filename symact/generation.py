"""The catalogue meets the backends: generated files and loaded functions, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symact import backends, catalog, factbook
from symact.activation import Activation
from symact.lowering import lower
from symact.processes import results

if TYPE_CHECKING:
    from symact.backends import Difference
    from symact.backends.loading import Loaded
    from symact.lowering.program import Kernels


def generate(
    names: Sequence[str] | None = None,
    backend: str = "all",
    out: str | Path = "generated",
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the generated files of some activations, or of the whole catalogue, and return the paths.

    With all backends, files in the folder that were generated once and are not any more are deleted.

    Parameters
    ----------
    names
        Names in the catalogue; ``None`` is all of it.
    backend
        ``numpy``, ``torch``, ``c`` or ``all``.
    out
        The folder; it is made if it is not there.
    progress
        Called with the name of each activation that is done, twice with all backends: for code and for facts.
    """
    wanted = files(names, backend, progress)
    paths = backends.write(wanted, Path(out))
    if backend == "all":
        for orphan in backends.orphans(wanted, Path(out)):
            orphan.unlink()
    return paths


def compare(
    names: Sequence[str] | None = None,
    backend: str = "all",
    out: str | Path = "generated",
    progress: Callable[[str], None] | None = None,
) -> tuple[Difference, ...]:
    """Return how a folder differs from what :func:`generate` would write into it; the arguments are the same."""
    wanted = files(names, backend, progress)
    found = backends.compare(wanted, Path(out))
    return tuple(difference for difference in found if backend == "all" or difference.file in wanted)


def files(
    names: Sequence[str] | None = None, backend: str = "all", progress: Callable[[str], None] | None = None
) -> dict[str, str]:
    """Return the code, and with all backends every derived fact, as text by file name."""
    code = rendered(names, backend, progress)
    return code | factbook.rendered(names, progress) if backend == "all" else code


def rendered(
    names: Sequence[str] | None = None, backend: str = "all", progress: Callable[[str], None] | None = None
) -> dict[str, str]:
    """Return the generated code, as text by file name."""
    backends.chosen(backend)
    return backends.render(kernels(names, progress), backend)


def kernels(names: Sequence[str] | None = None, progress: Callable[[str], None] | None = None) -> tuple[Kernels, ...]:
    """Lower activations, many of them in several processes; the order is that of the catalogue."""
    asked = catalog.names() if names is None else tuple(names)
    for name in asked:
        catalog.get(name)  # refuses an unknown name before any work is done
    ordered = tuple(name for name in catalog.names() if name in asked)
    return tuple(results(_lowered, ordered, progress))


def _lowered(name: str) -> Kernels:
    return lower(catalog.get(name))


def load(activation: str | Activation, backend: str = "numpy", **parameters: Any) -> Loaded:
    """Return the generated function of an activation, ready to be called, with its derivatives as attributes.

    Parameters
    ----------
    activation
        A name in the catalogue, or an activation of your own.
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

    entry = activation if isinstance(activation, Activation) else catalog.get(activation)
    return loading.load(lower(entry), backend, **parameters)
