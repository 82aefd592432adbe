"""Who the C kernels are measured beside: of each the call that computes one direction of a function.

Of torch those that write into a given array, of which nothing is checked, copied or allocated in between; compiled by
torch they do so too.  JAX and NumPy return a new array: there is no other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from benchmarks.cases import PLAIN
from benchmarks.one_liners import SLOPES

aten = torch.ops.aten
Tensor = torch.Tensor
Array = np.ndarray[Any, np.dtype[Any]]
Call = Callable[[], Any]

TOGETHER = "forward + backward"
"""Of a function whose backward kernel reads what torch's forward kernel has kept, on top of its output."""

# fmt: off
FORWARD: Mapping[str, Callable[[Tensor, Tensor], Any]] = {
    # relu and celu by what they call: their own forms that are given y compute elsewhere and copy
    "relu":        lambda x, y: aten.clamp_min.out(x, 0, out=y),
    "leaky_relu":  lambda x, y: aten.leaky_relu.out(x, 0.01, out=y),
    "relu6":       lambda x, y: aten.hardtanh.out(x, 0, 6, out=y),
    "threshold":   lambda x, y: aten.threshold.out(x, 0.3, -2.0, out=y),
    "hardtanh":    lambda x, y: aten.hardtanh.out(x, out=y),
    "hardswish":   lambda x, y: aten.hardswish.out(x, out=y),
    "hardsigmoid": lambda x, y: aten.hardsigmoid.out(x, out=y),
    "softshrink":  lambda x, y: aten.softshrink.out(x, 0.5, out=y),
    "hardshrink":  lambda x, y: aten.hardshrink.out(x, 0.5, out=y),
    "elu":         lambda x, y: aten.elu.out(x, out=y),
    "celu":        lambda x, y: aten.elu.out(x, 1.0, 1.0, 1.0, out=y),
    "selu":        lambda x, y: aten.elu.out(x, 1.6732632423543772, 1.0507009873554805, 1.0, out=y),
    "sigmoid":     lambda x, y: aten.sigmoid.out(x, out=y),
    "tanh":        lambda x, y: aten.tanh.out(x, out=y),
    "silu":        lambda x, y: aten.silu.out(x, out=y),
    "gelu":        lambda x, y: aten.gelu.out(x, out=y),
    "gelu_tanh":   lambda x, y: aten.gelu.out(x, approximate="tanh", out=y),
    "mish":        lambda x, y: aten.mish.out(x, out=y),
    "softplus":    lambda x, y: aten.softplus.out(x, out=y),
    "softmax":     lambda x, y: aten._softmax.out(x, -1, False, out=y),
    "log_softmax": lambda x, y: aten._log_softmax.out(x, -1, False, out=y),
}
BACKWARD: Mapping[str, Callable[[Tensor, Tensor, Tensor, Tensor], Any]] = {
    # from x, the output y and dy into dx; two have no form that is given dx
    "relu":        lambda x, y, dy, dx: aten.threshold_backward.grad_input(dy, x, 0, grad_input=dx),
    "leaky_relu":  lambda x, y, dy, dx: aten.leaky_relu_backward.grad_input(dy, x, 0.01, False, grad_input=dx),
    "relu6":       lambda x, y, dy, dx: aten.hardtanh_backward.grad_input(dy, x, 0, 6, grad_input=dx),
    "threshold":   lambda x, y, dy, dx: aten.threshold_backward.grad_input(dy, x, 0.3, grad_input=dx),
    "hardtanh":    lambda x, y, dy, dx: aten.hardtanh_backward.grad_input(dy, x, -1, 1, grad_input=dx),
    "hardswish":   lambda x, y, dy, dx: aten.hardswish_backward(dy, x),
    "hardsigmoid": lambda x, y, dy, dx: aten.hardsigmoid_backward.grad_input(dy, x, grad_input=dx),
    "softshrink":  lambda x, y, dy, dx: aten.softshrink_backward.grad_input(dy, x, 0.5, grad_input=dx),
    "hardshrink":  lambda x, y, dy, dx: aten.hardshrink_backward.grad_input(dy, x, 0.5, grad_input=dx),
    "elu":         lambda x, y, dy, dx: aten.elu_backward.grad_input(dy, 1.0, 1.0, 1.0, False, x, grad_input=dx),
    "celu":        lambda x, y, dy, dx: aten.elu_backward.grad_input(dy, 1.0, 1.0, 1.0, False, x, grad_input=dx),
    "selu":        lambda x, y, dy, dx: aten.elu_backward.grad_input(
        dy, 1.6732632423543772, 1.0507009873554805, 1.0, False, x, grad_input=dx),
    "sigmoid":     lambda x, y, dy, dx: aten.sigmoid_backward.grad_input(dy, y, grad_input=dx),
    "tanh":        lambda x, y, dy, dx: aten.tanh_backward.grad_input(dy, y, grad_input=dx),
    "silu":        lambda x, y, dy, dx: aten.silu_backward.grad_input(dy, x, grad_input=dx),
    "gelu":        lambda x, y, dy, dx: aten.gelu_backward.grad_input(dy, x, grad_input=dx),
    "gelu_tanh":   lambda x, y, dy, dx: aten.gelu_backward.grad_input(dy, x, approximate="tanh", grad_input=dx),
    "mish":        lambda x, y, dy, dx: aten.mish_backward(dy, x),
    "softplus":    lambda x, y, dy, dx: aten.softplus_backward.grad_input(dy, x, 1.0, 20.0, grad_input=dx),
    "softmax":     lambda x, y, dy, dx: aten._softmax_backward_data.out(dy, y, -1, x.dtype, grad_input=dx),
    "log_softmax": lambda x, y, dy, dx: aten._log_softmax_backward_data.out(dy, y, -1, x.dtype, out=dx),
}
BOTH: Mapping[str, Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Any]] = {
    # into y and dx, by way of what is kept
    "logsigmoid":  lambda x, dy, y, dx, kept: (
        aten.log_sigmoid_forward.output(x, output=y, buffer=kept),
        aten.log_sigmoid_backward.grad_input(dy, x, kept, grad_input=dx)),
}

NUMEXPR: Mapping[str, str] = {
    "relu":        "where(x > 0, x, 0)",
    "leaky_relu":  "where(x > 0, x, slope*x)",
    "relu6":       "where(x < 0, 0, where(x > 6, 6, x))",
    "threshold":   "where(x > least, x, otherwise)",
    "hardtanh":    "where(x < -1, -1, where(x > 1, 1, x))",
    "hardswish":   "x*where(x < -3, 0, where(x > 3, 6, x + 3))/6",
    "hardsigmoid": "where(x < -3, 0, where(x > 3, 6, x + 3))/6",
    "softshrink":  "where(x > half, x - half, where(x < -half, x + half, 0))",
    "hardshrink":  "where(abs(x) > half, x, 0)",
    "elu":         "where(x > 0, x, expm1(x))",
    "celu":        "where(x > 0, x, expm1(x))",
    "selu":        "scale*where(x > 0, x, alpha*expm1(x))",
    "sigmoid":     "1/(1 + exp(-x))",
    "tanh":        "tanh(x)",
    "silu":        "x/(1 + exp(-x))",
    "gelu_tanh":   "half*x*(1 + tanh(outer*(x + inner*x*x*x)))",
    "mish":        "x*tanh(log1p(exp(x)))",
    "softplus":    "log1p(exp(x))",
}
"""Lines of numexpr, which has neither erf nor minimum and computes in double where a number has a point."""

NUMBERS: Mapping[str, float] = {
    "half": 0.5, "slope": 0.01, "least": 0.3, "otherwise": -2.0, "scale": 1.0507009873554805,
    "alpha": 1.6732632423543772, "outer": 0.7978845608028654, "inner": 0.044715,
}
"""Numbers with a point: operands of the type of x."""
# fmt: on

PRODUCTS: Mapping[str, Callable[[Array, Array], Array]] = {
    "softmax": lambda y, dy: y * (dy - np.sum(dy * y, axis=-1, keepdims=True)),
    "log_softmax": lambda y, dy: dy - np.exp(y) * np.sum(dy, axis=-1, keepdims=True),
}
"""Lines of NumPy for the vector-Jacobian products of functions of whole rows."""

JAX_NAMES: Mapping[str, str] = {
    "hardtanh": "hard_tanh",
    "hardswish": "hard_swish",
    "hardsigmoid": "hard_sigmoid",
    "gelu_tanh": "gelu",
    "logsigmoid": "log_sigmoid",
}
"""Functions that ``jax.nn`` calls otherwise; it lacks the shrinkages and threshold."""

JAX_OPTIONS: Mapping[str, Mapping[str, Any]] = {"gelu": {"approximate": False}, "gelu_tanh": {"approximate": True}}


@dataclass(frozen=True)
class Arrays:
    """What is there before a call: the arguments x and dy, the output y for x, and room for results."""

    x: Array
    dy: Array
    y: Array
    out: Array
    dx: Array
    kept: Array

    @classmethod
    def normal(cls, shape: int | tuple[int, int], dtype: str) -> Arrays:
        """Return normal numbers, of standard deviation 3 in x, so that branches are not predictable."""
        generator = np.random.default_rng(0)
        values = (generator.normal(scale=scale, size=shape) for scale in (3.0, 1.0))
        x, dy = (_array(torch.from_numpy(each).to(getattr(torch, dtype))) for each in values)
        return cls(x, dy, *(np.zeros_like(x) for _ in range(4)))  # zeros are written once: pages are there


def _array(tensor: Tensor) -> Array:
    """Return the memory of a tensor as an array; NumPy has the bits of a bfloat16 only."""
    return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


def _tensor(array: Array) -> Tensor:
    tensor = torch.from_numpy(array)
    return tensor.view(torch.bfloat16) if array.dtype == np.uint16 else tensor


def names() -> list[str]:
    """Return the functions of which torch has kernels."""
    return [*FORWARD, *BOTH]


def directions(name: str) -> tuple[str, ...]:
    """Return in which directions a function is measured."""
    return (TOGETHER,) if name in BOTH else ("forward", "backward")


def _kernel(name: str, direction: str, arrays: Arrays) -> tuple[Callable[..., Any], list[Tensor]]:
    """Return a kernel of torch and its operands."""
    x, dy, y, out, dx, kept = (_tensor(getattr(arrays, each)) for each in Arrays.__annotations__)
    if direction == TOGETHER:
        return BOTH[name], [x, dy, out, dx, kept]
    return (FORWARD[name], [x, out]) if direction == "forward" else (BACKWARD[name], [x, y, dy, out])


def torch_eager(name: str, direction: str, arrays: Arrays) -> Call:
    """Return a call of torch's own kernel."""
    kernel, operands = _kernel(name, direction, arrays)
    return partial(kernel, *operands)


def torch_compiled(name: str, direction: str, arrays: Arrays) -> Call:
    """Return a call of what torch compiles from its own kernel: it writes where that does."""
    kernel, operands = _kernel(name, direction, arrays)
    return partial(torch.compile(kernel, dynamic=False), *operands)


def jax_compiled(name: str, direction: str, arrays: Arrays) -> Call | None:
    """Return a call of a function of ``jax.nn`` under ``jax.jit``, or of what its vector-Jacobian product is."""
    import jax

    jax.config.update("jax_enable_x64", True)
    known = getattr(jax.nn, JAX_NAMES.get(name, name), None)
    if known is None:
        return None
    function = partial(known, **JAX_OPTIONS.get(name, {}))

    def both(x: Any, dy: Any) -> Any:
        y, pull = jax.vjp(function, x)
        return y, pull(dy)[0]

    compiled = jax.jit(
        {"forward": lambda x, dy: function(x), "backward": lambda x, dy: both(x, dy)[1]}.get(direction, both)
    )
    dtype = jax.numpy.bfloat16 if arrays.x.dtype == np.uint16 else arrays.x.dtype
    x, dy = (jax.numpy.asarray(each.view(dtype)) for each in (arrays.x, arrays.dy))
    return lambda: jax.block_until_ready(compiled(x, dy))


def numexpr_line(name: str, direction: str, arrays: Arrays) -> Call | None:
    """Return a call of a line of numexpr, parsed before; of values only."""
    if direction != "forward" or name not in NUMEXPR or arrays.x.dtype == np.uint16:
        return None
    import numexpr

    numexpr.set_num_threads(torch.get_num_threads())
    single = arrays.x.dtype == np.float32
    used = [each for each in NUMBERS if each in NUMEXPR[name]]
    line = numexpr.NumExpr(NUMEXPR[name], [(each, float if single else np.double) for each in ("x", *used)])
    operands = [arrays.x, *(arrays.x.dtype.type(NUMBERS[each]) for each in used)]
    return partial(line, *operands, out=arrays.out, ex_uses_vml=False)


def numpy_line(name: str, direction: str, arrays: Arrays) -> Call | None:
    """Return a call of the line of NumPy that one would write."""
    x, y, dy = arrays.x, arrays.y, arrays.dy
    value, slope = PLAIN[name], SLOPES.get(name)
    if x.dtype == np.uint16:
        return None
    if direction == "forward":
        return lambda: value(x)
    if name in PRODUCTS:
        return lambda: PRODUCTS[name](y, dy)
    if slope is None:
        return None
    return (lambda: dy * slope(x)) if direction == "backward" else (lambda: (value(x), dy * slope(x)))


PEERS: Mapping[str, Callable[[str, str, Arrays], Call | None]] = {
    "torch": torch_eager,
    "torch.compile": torch_compiled,
    "JAX": jax_compiled,
    "numexpr": numexpr_line,
    "NumPy": numpy_line,
}
"""For a function, a direction and arrays the call of each peer, or ``None`` if it has no such function."""


def absent() -> list[str]:
    """Return the peers that are not installed."""
    return [peer for peer in PEERS if find_spec(_distribution(peer)) is None]


def versions(chosen: Iterable[str]) -> dict[str, str]:
    """Return which version of each peer is measured."""
    distributions = dict.fromkeys(_distribution(peer) for peer in chosen)
    return {each: version(each) for each in distributions}


def _distribution(peer: str) -> str:
    return peer.partition(".")[0].lower()
