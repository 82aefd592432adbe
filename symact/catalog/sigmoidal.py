"""Sigmoidal functions: bounded and increasing, with the hard sigmoid."""

from sympy import Abs, Max, Min, exp, log

from symact.activation import Activation, x

sigmoid = Activation(
    "sigmoid",
    1 / (1 + exp(-x)),
    summary="Logistic sigmoid σ",
    source="Verhulst 1838",
    module="Sigmoid",
    torch="nn.functional.sigmoid",
)

tanh = Activation(
    "tanh",
    (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
    summary="Hyperbolic tangent",
    source="LeCun et al. 1998",
    module="Tanh",
    torch="nn.functional.tanh",
)

softsign = Activation(
    "softsign",
    x / (1 + Abs(x)),
    summary="Soft sign, with an algebraic approach to ±1",
    source="Turian, Bergstra & Bengio 2009",
    module="Softsign",
    torch="nn.functional.softsign",
)

hardsigmoid = Activation(
    "hardsigmoid",
    Min(Max(0, x + 3), 6) / 6,
    summary="Hard sigmoid: a line of slope 1/6, clipped to [0, 1]",
    source="Howard et al. 2019 (MobileNetV3)",
    module="Hardsigmoid",
    torch="nn.functional.hardsigmoid",
)

logsigmoid = Activation(
    "logsigmoid",
    log(1 / (1 + exp(-x))),
    summary="Logarithm of the sigmoid",
    source="torch.nn.LogSigmoid",
    module="LogSigmoid",
    torch="nn.functional.logsigmoid",
)
