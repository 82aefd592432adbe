"""Smooth functions with parameters: the soft plus and a Chebyshev series."""

from sympy import Interval, S, Symbol, chebyshevt, exp, log, oo, pi

from symact.activation import Activation, Parameter, Role, x

beta = Symbol("beta", positive=True)
c = [Symbol(f"c{k}", real=True) for k in range(4)]

softplus = Activation(
    "softplus",
    log(1 + exp(beta * x)) / beta,
    parameters=(Parameter(beta, default=1, domain=Interval.open(0, oo)),),
    summary="Soft plus, a smooth rectifier of sharpness β",
    source="Dugas et al. 2001",
    module="Softplus",
    torch="nn.functional.softplus",
)

# The defaults are the Chebyshev coefficients of max(0, x) on [-1, 1].
chebyshev = Activation(
    "chebyshev",
    sum(c[k] * chebyshevt(k, x) for k in range(4)),
    parameters=tuple(
        Parameter(c[k], default=default, role=Role.LEARNED)
        for k, default in enumerate((1 / pi, S.Half, 2 / (3 * pi), S.Zero))
    ),
    summary="Chebyshev series c₀T₀ + c₁T₁ + c₂T₂ + c₃T₃, coefficients learned",
    source="LeCun, NYU DS-GA 1008 (2020), lecture 11.1",
    module="Chebyshev",
)
