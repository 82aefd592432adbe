"""Bumps: functions with a peak near 0 that vanish far away."""

from sympy import Abs, Interval, Symbol, exp, oo, sin, sqrt

from symact.activation import Activation, Parameter, x
from symact.functions import sigmoid

a, b = Symbol("a", positive=True), Symbol("b", real=True)
c, d = Symbol("c", real=True), Symbol("d", positive=True)
positive = Interval.open(0, oo)
width = Parameter(a, default=1, domain=positive)

gaussian = Activation(
    "gaussian",
    exp(-(x**2) / (2 * a**2)),
    parameters=(width,),
    summary="Gaussian bump",
    source="Ramasinghe & Lucey 2022",
    module="Gaussian",
)

laplacian = Activation(
    "laplacian",
    exp(-Abs(x) / a),
    parameters=(width,),
    summary="Laplacian bump: two exponentials with a corner at 0",
    source="Ramasinghe & Lucey 2022",
    module="Laplacian",
)

inverse_quadratic = Activation(
    "inverse_quadratic",
    1 / (1 + (a * x) ** 2),
    parameters=(width,),
    summary="Inverse quadratic bump: the Cauchy density, scaled",
    source="Ramasinghe & Lucey 2022",
    module="InverseQuadratic",
)

inverse_multiquadric = Activation(
    "inverse_multiquadric",
    1 / sqrt(1 + (a * x) ** 2),
    parameters=(width,),
    summary="Inverse multiquadric bump",
    source="Ramasinghe & Lucey 2022",
    module="InverseMultiquadric",
)

expsin = Activation(
    "expsin",
    exp(-sin(a * x)),
    parameters=(width,),
    summary="Exponential of a sine",
    source="Ramasinghe & Lucey 2022",
    module="ExpSin",
)

sigmoid_derivative = Activation(
    "sigmoid_derivative",
    sigmoid(x) * sigmoid(-x),
    summary="Derivative of the sigmoid: the logistic density",
    source="Kunc & Kléma 2024, §3.3.9",
    module="SigmoidDerivative",
)

wave = Activation(
    "wave",
    (1 - x**2) * exp(-a * x**2),
    parameters=(width,),
    summary="Wave: a Mexican hat",
    source="Kunc & Kléma 2024, §3.41",
    module="Wave",
)

polyexp = Activation(
    "polyexp",
    (a * x**2 + b * x + c) * exp(-d * x**2),
    parameters=(width, Parameter(b, default=1), Parameter(c, default=1), Parameter(d, default=1, domain=positive)),
    summary="A parabola times a Gaussian",
    source="Kunc & Kléma 2024, §3.38",
    module="PolyExp",
)

rectified_sech = Activation(
    "rectified_sech",
    2 * x / (exp(x) + exp(-x)),
    summary="Rectified hyperbolic secant: x·sech x",
    source="Kunc & Kléma 2024, §3.3.27",
    module="RectifiedSech",
)
