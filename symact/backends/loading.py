"""Generated functions, ready to be called in this process."""

from __future__ import annotations

import atexit
import ctypes
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symact.backends import FILES, render
from symact.errors import MissingDependencyError, ParameterError, SymactError
from symact.files import cache_directory, digest, replace_files
from symact.lowering.program import Kernels

FLAGS = ("-O3", "-std=c99", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")


class Loaded:
    """A generated function: call it as the generated code is called.

    Attributes
    ----------
    name, backend
        What was loaded.
    grad, grad2
        The first two derivatives of a function that acts on each number by itself.
    vjp
        The vector-Jacobian product of a function of a whole vector.
    parameter_grads
        The derivatives with respect to learned parameters, by name.
    """

    def __init__(self, kernels: Kernels, backend: str, functions: dict[str, Callable[..., Any]]) -> None:
        self.name = kernels.name
        self.backend = backend
        self.is_elementwise = kernels.is_elementwise
        self._functions = functions
        self.parameter_grads = {p: functions[f"grad_{p}"] for p in kernels.parameter_grads if f"grad_{p}" in functions}

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function itself."""
        return self._functions["value"](*arguments, **options)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of the functions: ``value`` (the object itself), ``grad``, ``grad2``, ``grad_<parameter>``, ``vjp``."""
        return tuple(self._functions)

    def on_numpy(self, attribute: str, *arrays: NDArray[Any], **values: float) -> NDArray[Any]:
        """Call one of the functions on NumPy arrays, along the last axis, whatever arrays it works on."""
        function = self._functions[attribute]
        if self.backend != "torch":
            return np.asarray(function(*arrays, **values))
        import torch

        tensors = [torch.from_numpy(np.array(each)) for each in arrays]
        result = function(*tensors, **torch_keywords(self.name, values), **({} if self.is_elementwise else {"dim": -1}))
        return np.asarray(result.detach().numpy())

    def __getattr__(self, attribute: str) -> Callable[..., Any]:
        functions = self.__dict__.get("_functions", {})
        if attribute not in functions:
            have = ", ".join(name for name in functions if name != "value")
            raise AttributeError(f"'{self.name}' in {self.backend} has no '{attribute}' (it has: {have})")
        found: Callable[..., Any] = functions[attribute]
        return found

    def __repr__(self) -> str:
        return f"<symact {self.name}, {self.backend}>"


def load(kernels: Kernels, backend: str = "numpy", **parameters: Any) -> Loaded:
    """Return a generated function as a callable with its derivatives as attributes.

    Parameters
    ----------
    kernels
        The programs of an activation.
    backend
        ``numpy``, ``torch`` or ``c``; the last works on NumPy arrays too.
    parameters
        Values bound for every call; a call may give others.

    Raises
    ------
    MissingDependencyError
        If torch or a C compiler is needed and not there.
    ParameterError
        If a parameter does not exist.
    SymactError
        If there is no such backend.
    """
    if backend not in _LOADERS:
        raise SymactError(f"unknown backend '{backend}': use {', '.join(FILES)}")
    known = [keyword.name for keyword in kernels.keywords]
    for name in parameters:
        if name not in known:
            raise ParameterError(f"{kernels.name} has no parameter '{name}' (it has: {', '.join(known) or 'none'})")
    functions = _LOADERS[backend](kernels)
    bound = {key: _bound(function, parameters) for key, function in functions.items()}
    return Loaded(kernels, backend, bound)


def _bound(function: Callable[..., Any], parameters: dict[str, Any]) -> Callable[..., Any]:
    if not parameters:
        return function

    def call(*arguments: Any, **options: Any) -> Any:
        return function(*arguments, **{**parameters, **options})

    return call


def _names(kernels: Kernels) -> dict[str, str]:
    """Return for every attribute of a loaded function the name in the generated code."""
    prefix = f"{kernels.name}_"
    derived = (program.name for program in kernels.programs() if program is not kernels.value)
    return {"value": kernels.name} | {name.removeprefix(prefix): name for name in derived}


def module(kernels: Sequence[Kernels], backend: str) -> types.ModuleType:
    """Return the generated Python module of a backend.

    The text that is executed comes from our own templates and programs; the only foreign strings in it are
    the name, summary, source and parameter names of an activation, and the names are checked to be
    identifiers.
    """
    (file,) = FILES[backend]
    for each in kernels:
        for name in (each.name, each.module or "Module", *(keyword.name for keyword in each.keywords)):
            if not name.isidentifier():
                raise SymactError(f"'{name}' is not an identifier: no code can be generated for it")
    text = render(kernels, backend)[file]
    made = types.ModuleType(file.removesuffix(".py"))
    exec(compile(text, f"<symact {backend}>", "exec"), made.__dict__)
    return made


def _numpy(kernels: Kernels) -> dict[str, Callable[..., Any]]:
    made = module([kernels], "numpy")
    return {key: getattr(made, name) for key, name in _names(kernels).items()}


def torch_keywords(name: str, values: Mapping[str, float]) -> dict[str, Any]:
    """Return parameters as torch's function takes them: numbers, a learned weight as a tensor."""
    import torch

    from symact.backends.torch import FACES

    weight = FACES[name].weight if name in FACES else None
    if weight is None:
        return dict(values)
    return {weight: torch.tensor(list(values.values()), dtype=torch.float64)}


def imported_torch() -> Any:
    """Return PyTorch.

    Raises
    ------
    MissingDependencyError
        If it is not there.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError("PyTorch is not installed: pip install 'symact[torch]'") from error
    return torch


def _torch(kernels: Kernels) -> dict[str, Callable[..., Any]]:
    torch = imported_torch()
    function = getattr(module([kernels], "torch"), kernels.name)

    def derivative(order: int) -> Callable[..., Any]:
        def call(x: Any, *arguments: Any, **options: Any) -> Any:
            with torch.enable_grad():
                point = x.detach().requires_grad_()
                value = function(point, *arguments, **options)
                for step in range(order):
                    (value,) = torch.autograd.grad(value.sum(), point, create_graph=step < order - 1)
            return value

        return call

    def vjp(x: Any, dy: Any, *arguments: Any, **options: Any) -> Any:
        with torch.enable_grad():
            point = x.detach().requires_grad_()
            (dx,) = torch.autograd.grad(function(point, *arguments, **options), point, dy)
        return dx

    if kernels.is_elementwise:
        return {"value": function, "grad": derivative(1), "grad2": derivative(2)}
    return {"value": function, "vjp": vjp}


def _c(kernels: Kernels) -> dict[str, Callable[..., Any]]:
    library = ctypes.CDLL(str(shared_library(render([kernels], "c"))))
    made: dict[str, Callable[..., Any]] = {}
    for key, name in _names(kernels).items():
        symbol = f"{kernels.name}_backward" if key == "vjp" else name
        made[key] = (
            _c_elementwise(kernels, library, symbol)
            if kernels.is_elementwise
            else _c_vector(kernels, library, symbol, key == "vjp")
        )
    if kernels.grad_from_output:
        symbol = f"{kernels.name}_backward_from_output"
        made["grad_from_output"] = _c_elementwise(kernels, library, symbol, is_backward=True)
    return made


def _values(kernels: Kernels, given: dict[str, Any]) -> list[float]:
    """Return the parameters of a C function in its order."""
    values = []
    for keyword in kernels.keywords:
        if keyword.mean is not None:
            if given.pop(keyword.name, None) is not None:
                raise ParameterError(f"{kernels.name} in C has the mean of '{keyword.name}', not a value of its own")
            continue
        value = given.pop(keyword.name, keyword.default)
        if value is None:
            raise ParameterError(f"{kernels.name} needs a value for '{keyword.name}'; it has no default")
        values.append(float(value))
    if given:
        raise ParameterError(f"{kernels.name} has no parameter '{next(iter(given))}'")
    return values


def _typed(values: Any) -> tuple[NDArray[Any], np.dtype[Any]]:
    """Return values as a contiguous array of float32 or float64, and the type of the result."""
    array = np.asarray(values)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.type not in (np.float16, np.float32, np.float64):
        raise TypeError(f"expected real numbers (float16, float32, float64, integers), not {array.dtype}")
    computed = np.float64 if array.dtype.type is np.float64 else np.float32
    return np.array(array, computed, order="C"), array.dtype


def _call(
    library: ctypes.CDLL,
    symbol: str,
    arrays: Sequence[NDArray[Any]],
    sizes: Sequence[int],
    values: list[float],
) -> None:
    single = arrays[0].dtype == np.float32
    function = getattr(library, f"symact_{symbol}_{'f32' if single else 'f64'}")
    function.restype = None
    number = ctypes.c_float if single else ctypes.c_double
    function(
        *(ctypes.c_void_p(array.ctypes.data) for array in arrays),
        *(ctypes.c_size_t(size) for size in sizes),
        *(number(value) for value in values),
    )


def _c_elementwise(
    kernels: Kernels, library: ctypes.CDLL, symbol: str, is_backward: bool = False
) -> Callable[..., Any]:
    def call(x: Any, **parameters: Any) -> Any:
        values = _values(kernels, parameters)
        array, type_ = _typed(x)
        inputs = (array, np.ones_like(array)) if is_backward else (array,)
        _call(library, symbol, (*inputs, array), (array.size,), values)
        return array.astype(type_, copy=False)[()]

    return call


def _c_vector(kernels: Kernels, library: ctypes.CDLL, symbol: str, is_vjp: bool) -> Callable[..., Any]:
    def call(*inputs: Any, axis: int = -1, **parameters: Any) -> Any:
        values = _values(kernels, parameters)
        wide = any(np.asarray(each).dtype.itemsize > 4 for each in inputs)
        typed = [_typed(each) for each in inputs]
        type_ = np.result_type(*(each[1] for each in typed))
        computed = np.float64 if wide else np.float32
        whole, *rest = (each[0].astype(computed) for each in typed)
        rows_first = np.ascontiguousarray(np.moveaxis(whole, axis, -1))
        count = rows_first.shape[-1]
        rows = rows_first.size // count if count else int(np.prod(rows_first.shape[:-1]))
        others = [np.ascontiguousarray(each if kernels.is_reduction else np.moveaxis(each, axis, -1)) for each in rest]
        reduced = kernels.is_reduction and not is_vjp
        result = np.empty(rows_first.shape[:-1] if reduced else rows_first.shape, computed)
        _call(library, symbol, (rows_first, *others, result), (rows, count), values)
        result = result.astype(type_, copy=False)
        return result[()] if reduced else np.moveaxis(result, -1, axis)

    return call


def compiler() -> list[str]:
    """Return the command of the C compiler: ``$CC``, else cc, gcc or clang.

    Raises
    ------
    MissingDependencyError
        If there is none.
    """
    named = shlex.split(os.environ.get("CC", ""))
    for command in [named] if named else [["cc"], ["gcc"], ["clang"]]:
        found = shutil.which(command[0])
        if found:
            return [found, *command[1:]]
    if named:
        raise MissingDependencyError(f"the C compiler named by $CC is not there: {named[0]}; unset CC or name another")
    raise MissingDependencyError("no C compiler found (cc, gcc, clang): apt-get install gcc, or set CC")


def compiler_version() -> str:
    """Return the first line of what the C compiler says of itself, and the options that it is called with.

    Raises
    ------
    MissingDependencyError
        If there is none.
    """
    return _version(tuple(compiler()))


@cache
def _version(command: tuple[str, ...]) -> str:
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join((*said.splitlines()[:1], *command[1:]))


def shared_library(files: dict[str, str], *options: str) -> Path:
    """Compile generated C into a shared library, or return the one compiled before from the same content.

    The compiler is given ``FLAGS`` and other options, such as ``-fopenmp``.

    The library is compiled under a temporary name and moved into place, so that any number of processes may
    do so at once.  Its name ends in a digest of itself, so that what was truncated or overwritten is compiled anew.
    Where the folder of libraries cannot be used, one that lives as long as this process takes its place.
    """
    command = [*compiler(), *options]
    # The version too: what another compiler of the same name made is not what this one would make.
    circumstances = (*command, compiler_version(), *FLAGS, sys.platform, os.uname().machine)
    content = "\0".join((*files, *files.values(), *circumstances))
    key = digest(content.encode())
    known = next((path for path in sorted(cache_directory().glob(f"{key}-*.so")) if _is_whole(path)), None)
    if known is not None:
        return known
    built = _compiled(command, files)
    name = f"{key}-{digest(built)}.so"
    try:
        cache_directory().mkdir(parents=True, exist_ok=True, mode=0o700)
        (library,) = replace_files({cache_directory() / name: built})
    except OSError:
        (library,) = replace_files({_passing_directory() / name: built})
    return library


def _compiled(command: Sequence[str], files: Mapping[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in files.items():
            (Path(scratch) / name).write_text(text, "utf-8")
        built = Path(scratch) / "library.so"
        source = next(name for name in files if name.endswith(".c"))
        result = subprocess.run(
            [*command, *FLAGS, source, "-o", built.name, "-lm"],
            cwd=scratch, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode != 0:
            raise SymactError(f"{command[0]} failed: {(result.stderr.strip().splitlines() or ['no message'])[0]}")
        return built.read_bytes()


@cache
def _passing_directory() -> Path:
    """Return a folder that is removed when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="symact-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _is_whole(library: Path) -> bool:
    """Tell whether a library is what its name says: opening a truncated one can end the process."""
    try:
        return library.stem.endswith(f"-{digest(library.read_bytes())}")
    except OSError:
        return False


_LOADERS: dict[str, Callable[[Kernels], dict[str, Callable[..., Any]]]] = {
    "numpy": _numpy,
    "torch": _torch,
    "c": _c,
}
