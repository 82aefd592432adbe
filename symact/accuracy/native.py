"""What PyTorch itself computes for a function, to be measured as the generated code is."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symact.activation import Activation, Role
from symact.backends.loading import Loaded
from symact.errors import MissingDependencyError, SymactError
from symact.lowering import lower

NATIVE = "torch-native"

CHOICES: dict[str, dict[str, Any]] = {"gelu_tanh": {"approximate": "tanh"}, "rrelu": {"training": False}}
"""Keywords by which one function of PyTorch is several of the catalogue."""


def is_native(activation: Activation) -> bool:
    """Whether PyTorch has the function, of one number."""
    return activation.is_elementwise and activation.torch not in (None, "nn.Identity")


def native(activation: Activation) -> Loaded:
    """Return PyTorch's function, and its slope by autograd, as functions of NumPy arrays.

    Raises
    ------
    MissingDependencyError
        If PyTorch is not there.
    SymactError
        If it has no such function.
    """
    if not is_native(activation):
        raise SymactError(f"PyTorch has no {activation.name} of one number: nothing to measure")
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError("PyTorch is not installed: pip install 'symact[torch]'") from error
    function: Callable[..., Any] = attrgetter(str(activation.torch))(torch)
    choices = CHOICES.get(activation.name, {})

    def result(x: Any, values: dict[str, float]) -> Any:
        given = [
            x.new_tensor([values[p.name]]) if p.role is Role.LEARNED else values[p.name]
            for p in activation.parameters
            if p.role is not Role.RANDOM
        ]
        return function(x, *given, **choices)

    def value(x: NDArray[Any], **values: float) -> NDArray[Any]:
        return np.asarray(result(torch.from_numpy(x.copy()), values).detach())

    def grad(x: NDArray[Any], **values: float) -> NDArray[Any]:
        leaf = torch.from_numpy(x.copy()).requires_grad_()
        return np.asarray(torch.autograd.grad(result(leaf, values).sum(), leaf)[0])

    return Loaded(lower(activation), NATIVE, {"value": value, "grad": grad})
