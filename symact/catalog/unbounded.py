"""Unbounded functions by logarithms and exponentials: odd ones that compress or expand, and mere growth."""

from sympy import Abs, Interval, Piecewise, Symbol, asinh, atan, exp, log, oo, sign, sinh, sqrt, tanh

from symact.activation import Activation, Parameter, x

a = Symbol("a", positive=True)
positive = Interval.open(0, oo)

exponential = Activation(
    "exponential",
    exp(x),
    summary="Exponential function",
    source="keras.activations.exponential",
    module="Exponential",
    torch="exp",
)

arcsinh = Activation(
    "arcsinh",
    asinh(x),
    summary="Inverse hyperbolic sine",
    source="Kunc & Kléma 2024, §3.26",
    module="Arcsinh",
    torch="asinh",
)

symlog = Activation(
    "symlog",
    sign(x) * log(1 + Abs(x)),
    summary="Symmetric logarithm",
    source="Hafner et al. 2023 (DreamerV3); Kunc & Kléma 2024, §3.13",
    module="Symlog",
)

symexp = Activation(
    "symexp",
    sign(x) * (exp(Abs(x)) - 1),
    summary="Symmetric exponential, the inverse of the symmetric logarithm",
    source="Hafner et al. 2023 (DreamerV3); Kunc & Kléma 2024, §3.14",
    module="Symexp",
)

m_arcsinh = Activation(
    "m_arcsinh",
    asinh(x) * sqrt(Abs(x)) / 12,
    summary="Modified inverse hyperbolic sine",
    source="Parisi 2020; Kunc & Kléma 2024, §3.26",
    module="MArcsinh",
)

hyper_sinh = Activation(
    "hyper_sinh",
    Piecewise((sinh(x) / 3, x > 0), (x**3 / 4, True)),
    summary="A hyperbolic sine on the right, a cubic on the left",
    source="Parisi et al. 2021; Kunc & Kléma 2024, §3.27",
    module="HyperSinh",
)

comb_h_sine = Activation(
    "comb_h_sine",
    sinh(a * x) + asinh(a * x),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="The hyperbolic sine plus its inverse",
    source="Vijayaprabakaran & Sathiyamurthy 2022; Kunc & Kléma 2024, §3.25",
    module="CombHSine",
)

arctid = Activation(
    "arctid",
    atan(x) ** 2 - x,
    summary="Square of the arc tangent minus x",
    source="Eger, Youssef & Gurevych 2018; Kunc & Kléma 2024, §3.28",
    module="Arctid",
)

e_tanh = Activation(
    "e_tanh",
    a * exp(x) * tanh(x),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Tanh times the exponential",
    source="Kunc & Kléma 2024, §3.40",
    module="ETanh",
)
