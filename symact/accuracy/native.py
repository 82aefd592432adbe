"""What PyTorch itself computes for a function, to be measured as the generated code is."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symact.activation import Activation
from symact.backends.loading import Loaded, imported_torch, torch_keywords
from symact.backends.torch import FACES
from symact.errors import SymactError
from symact.lowering import lower

NATIVE = "torch-native"


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
    torch = imported_torch()
    function: Callable[..., Any] = attrgetter(str(activation.torch))(torch)
    choice = {
        argument: value
        for argument, entries in (face.choice for face in FACES.values() if face.choice)
        for value, entry in entries.items()
        if entry == activation.name
    }

    def result(x: Any, values: dict[str, float]) -> Any:
        keywords = torch_keywords(activation.name, values).items()
        return function(x, **{key: each.to(x) if torch.is_tensor(each) else each for key, each in keywords}, **choice)

    def value(x: NDArray[Any], **values: float) -> NDArray[Any]:
        return np.asarray(result(torch.from_numpy(x.copy()), values).detach())

    def grad(x: NDArray[Any], **values: float) -> NDArray[Any]:
        leaf = torch.from_numpy(x.copy()).requires_grad_()
        return np.asarray(torch.autograd.grad(result(leaf, values).sum(), leaf)[0])

    return Loaded(lower(activation), NATIVE, {"value": value, "grad": grad})
