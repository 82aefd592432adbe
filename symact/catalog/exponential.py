"""Smooth or exponential relatives of the rectifier: ELU and its re-parametrisations."""

from sympy import Interval, Piecewise, Symbol, exp, oo, sqrt

from symact.activation import Activation, Parameter, x
from symact.analysis.gaussian import expectation
from symact.functions import NamedConstant

alpha = Symbol("alpha", positive=True)
positive = Interval.open(0, oo)

elu = Activation(
    "elu",
    Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
    parameters=(Parameter(alpha, default=1, domain=positive),),
    summary="Exponential linear unit",
    source="Clevert, Unterthiner & Hochreiter 2016",
    module="ELU",
    torch="nn.functional.elu",
)

celu = Activation(
    "celu",
    Piecewise((x, x > 0), (alpha * (exp(x / alpha) - 1), True)),
    parameters=(Parameter(alpha, default=1, domain=positive),),
    summary="Continuously differentiable exponential linear unit",
    source="Barron 2017",
    module="CELU",
    torch="nn.functional.celu",
)

# Mean 0 and variance 1 of a standard normal are to be a fixed point: E f(Z) = 0, linear in α, gives α, and
# E f(Z)² = 1 the scale.
_mean = expectation(elu.expr, x)
selu_alpha = NamedConstant("alpha", -_mean.coeff(alpha, 0) / _mean.coeff(alpha, 1))
selu_scale = NamedConstant("scale", 1 / sqrt(expectation(elu.expr**2, x).subs(alpha, selu_alpha)))

selu = Activation(
    "selu",
    selu_scale * elu.expr.subs(alpha, selu_alpha),
    summary="Scaled exponential linear unit: keeps mean 0 and variance 1",
    source="Klambauer et al. 2017",
    module="SELU",
    torch="nn.functional.selu",
)
