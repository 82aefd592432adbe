"""Gated units: x times something between 0 and 1."""

from sympy import Interval, Max, Min, Rational, Symbol, oo, pi, sqrt, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.functions import normal_cdf, sigmoid, softplus

beta = Symbol("beta", positive=True)

gelu = Activation(
    "gelu",
    x * normal_cdf(x),
    summary="Gaussian error linear unit",
    source="Hendrycks & Gimpel 2016",
    module="GELU",
    torch="nn.functional.gelu",
)

gelu_tanh = Activation(
    "gelu_tanh",
    x * (1 + tanh(sqrt(2 / pi) * (x + Rational("0.044715") * x**3))) / 2,
    summary="GELU by its tanh approximation",
    source="Hendrycks & Gimpel 2016",
    module="GELUTanh",
    torch="nn.functional.gelu",
)

gelu_sigmoid = Activation(
    "gelu_sigmoid",
    x * sigmoid(Rational("1.702") * x),
    summary="GELU by its sigmoid approximation (quick GELU)",
    source="Hendrycks & Gimpel 2016",
    module="GELUSigmoid",
)

silu = Activation(
    "silu",
    x * sigmoid(x),
    summary="Sigmoid linear unit",
    source="Hendrycks & Gimpel 2016; Elfwing, Uchibe & Doya 2018",
    module="SiLU",
    torch="nn.functional.silu",
)

swish = Activation(
    "swish",
    x * sigmoid(beta * x),
    parameters=(Parameter(beta, default=1, domain=Interval.open(0, oo), role=Role.LEARNED),),
    summary="Swish: a sigmoid linear unit with a learned sharpness",
    source="Ramachandran, Zoph & Le 2017",
    module="Swish",
)

mish = Activation(
    "mish",
    x * tanh(softplus(x)),
    summary="Mish",
    source="Misra 2020",
    module="Mish",
    torch="nn.functional.mish",
)

hardswish = Activation(
    "hardswish",
    x * Min(Max(0, x + 3), 6) / 6,
    summary="Hard swish: x times the hard sigmoid",
    source="Howard et al. 2019 (MobileNetV3)",
    module="Hardswish",
    torch="nn.functional.hardswish",
)
