"""What the whole catalogue is held to: no wrong answer; and which entries must have an answer."""

import pytest

from symact.errors import OpenError

# fmt: off
LECTURE = frozenset({
    "relu", "rrelu", "leaky_relu", "prelu", "softplus", "elu", "celu", "selu", "gelu", "relu6", "sigmoid",
    "tanh", "softsign", "hardtanh", "threshold", "tanhshrink", "softshrink", "hardshrink", "logsigmoid",
    "softmin", "softmax", "log_softmax",
})
BEYOND = frozenset({
    "logsumexp", "logmeanexp", "gelu_tanh", "gelu_sigmoid", "silu", "swish", "mish", "hardswish",
    "hardsigmoid", "identity", "binary_step", "chebyshev",
})
# fmt: on


@pytest.fixture(scope="session")
def lecture():
    """Return the names of the lecture's functions."""
    return LECTURE


@pytest.fixture(scope="session")
def settled():
    """Return the names of the entries of which every fact is settled: the lecture's, and those that go with them."""
    return LECTURE | BEYOND


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """Let a marked test say "open" of an entry outside the settled ones: an expected failure, with its reason."""
    try:
        return (yield)
    except OpenError as error:
        callspec = getattr(pyfuncitem, "callspec", None)
        name = callspec.params.get("name") if callspec else None
        if pyfuncitem.get_closest_marker("may_be_open") and name not in LECTURE | BEYOND:
            pytest.xfail(f"open: {error}")
        raise
