"""What is measured: every function that PyTorch has, as each implementation spells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from scipy import special

import symact
from symact import catalog
from symact.lowering import lower

VALUES: Mapping[str, Mapping[str, float]] = {"threshold": {"threshold": 0.3, "value": -2.0}}
"""Values for parameters that have no default."""

TORCH_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "gelu_tanh": {"approximate": "tanh"},
    "softplus": {"threshold": 1e9},  # the same function: torch's becomes the identity above 20
    **VALUES,
}

PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: 0.5 * x * (1 + special.erf(x * 0.7071067811865476)),
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "prelu": lambda x: np.where(x > 0, x, 0.25 * x),
    "rrelu": lambda x: np.where(x > 0, x, 0.22916666666666666 * x),
    "relu6": lambda x: np.clip(x, 0, 6),
    "hardtanh": lambda x: np.clip(x, -1, 1),
    "threshold": lambda x: np.where(x > 0.3, x, -2.0),
    "tanhshrink": lambda x: x - np.tanh(x),
    "softshrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "hardshrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hardsigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "logsigmoid": lambda x: -np.log1p(np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softmax": lambda x: np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True),
    "log_softmax": lambda x: x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True)),
}
"""The line of NumPy that one would write without thinking of overflow or cancellation."""

VECTORS = ("softmax", "log_softmax")
ROWS = (128, 1024)


def names() -> list[str]:
    """Return the functions that torch has too, in the order of the catalogue; of those over rows the usual ones."""
    both = [name for name in catalog.names() if (catalog.get(name).torch or "").startswith("nn.functional.")]
    return [name for name in both if name in PLAIN]


@cache
def loaded(name: str, backend: str) -> Any:
    """Return the generated function of one backend."""
    return symact.load(name, backend=backend)


def torch_function(name: str) -> Callable[..., Any]:
    """Return torch's own function."""
    return attrgetter(str(catalog.get(name).torch))(torch)


def forward(name: str, x: np.ndarray) -> dict[str, Callable[[], Any]]:
    """Return a call of f on x for each implementation."""
    tensor = torch.from_numpy(x)
    ours, theirs = _on_tensors(name)
    return {
        "symact C": lambda: loaded(name, "c")(x, **VALUES.get(name, {})),
        "symact NumPy": lambda: loaded(name, "numpy")(x, **VALUES.get(name, {})),
        "symact torch": lambda: _without_graph(ours, tensor),
        "torch": lambda: _without_graph(theirs, tensor),
        "plain NumPy": lambda: PLAIN[name](x),
    }


def backward(name: str, x: np.ndarray, dy: np.ndarray) -> dict[str, Callable[[], Any]]:
    """Return a call of dy·f′(x), or of dy·J(x) for rows, for each implementation that has one."""
    calls = {
        label: _backward_of_arrays(name, backend, x, dy)
        for label, backend in (("symact C", "c"), ("symact NumPy", "numpy"))
    }
    upstream = torch.from_numpy(dy)
    for label, function in zip(("symact torch", "torch"), _on_tensors(name), strict=True):
        calls[label] = _backward_of_tensors(function, torch.from_numpy(x.copy()).requires_grad_(), upstream)
    return calls


def _backward_of_arrays(name: str, backend: str, x: np.ndarray, dy: np.ndarray) -> Callable[[], Any]:
    function, values = loaded(name, backend), VALUES.get(name, {})
    if name not in VECTORS:
        return lambda: dy * function.grad(x, **values)
    known = {"x": x, "y": function(x), "dy": dy}
    operands = [known[argument] for argument in lower(catalog.get(name)).vjp.arguments]
    return lambda: function.vjp(*operands)


def _backward_of_tensors(function: Callable[..., Any], x: torch.Tensor, dy: torch.Tensor) -> Callable[[], Any]:
    y = function(x)
    return lambda: torch.autograd.grad(y, x, dy, retain_graph=True)


def _without_graph(function: Callable[..., Any], x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return function(x)


def _on_tensors(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return our function for PyTorch and torch's own, with the same parameters."""
    ours, theirs = loaded(name, "torch"), torch_function(name)
    if name in VECTORS:
        return (lambda x: ours(x, -1)), (lambda x: theirs(x, -1))
    if name == "prelu":
        return (lambda x: ours(x, x.new_tensor([0.25]))), (lambda x: theirs(x, x.new_tensor([0.25])))
    options, values = TORCH_OPTIONS.get(name, {}), VALUES.get(name, {})
    return (lambda x: ours(x, **values)), (lambda x: theirs(x, **options))
