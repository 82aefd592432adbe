"""Shrinkage functions: they pull their argument towards 0."""

from sympy import Interval, Piecewise, Rational, Symbol, oo, tanh

from symact.activation import Activation, Parameter, x

lambd = Symbol("lambd", nonnegative=True)
nonnegative = Interval(0, oo)

tanhshrink = Activation(
    "tanhshrink",
    x - tanh(x),
    summary="x minus tanh x",
    source="torch.nn.Tanhshrink",
    module="Tanhshrink",
    torch="nn.functional.tanhshrink",
)

softshrink = Activation(
    "softshrink",
    Piecewise((x - lambd, x > lambd), (x + lambd, x < -lambd), (0, True)),
    parameters=(Parameter(lambd, default=Rational(1, 2), domain=nonnegative),),
    summary="Soft shrinkage, the proximal operator of λ|·|",
    source="Donoho & Johnstone 1994",
    module="Softshrink",
    torch="nn.functional.softshrink",
)

hardshrink = Activation(
    "hardshrink",
    Piecewise((x, x > lambd), (x, x < -lambd), (0, True)),
    parameters=(Parameter(lambd, default=Rational(1, 2), domain=nonnegative),),
    summary="Hard shrinkage, the proximal operator of (λ²/2)·‖·‖₀",
    source="Donoho & Johnstone 1994",
    module="Hardshrink",
    torch="nn.functional.hardshrink",
)
