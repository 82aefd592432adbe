"""Bumps: functions with a peak near 0 that vanish far away."""

from sympy import Abs, Interval, Symbol, exp, oo, sqrt

from symact.activation import Activation, Parameter, x
from symact.functions import sigmoid

a = Symbol("a", positive=True)
scale = Parameter(a, default=1, domain=Interval.open(0, oo))

gaussian = Activation(
    "gaussian",
    exp(-(x**2) / (2 * a**2)),
    parameters=(scale,),
    summary="Gaussian bump",
    source="Ramasinghe & Lucey 2022",
    module="Gaussian",
)

laplacian = Activation(
    "laplacian",
    exp(-Abs(x) / a),
    parameters=(scale,),
    summary="Laplacian bump: two exponentials with a corner at 0",
    source="Ramasinghe & Lucey 2022",
    module="Laplacian",
)

inverse_quadratic = Activation(
    "inverse_quadratic",
    1 / (1 + (a * x) ** 2),
    parameters=(scale,),
    summary="Inverse quadratic bump: the Cauchy density, scaled",
    source="Ramasinghe & Lucey 2022",
    module="InverseQuadratic",
)

inverse_multiquadric = Activation(
    "inverse_multiquadric",
    1 / sqrt(1 + (a * x) ** 2),
    parameters=(scale,),
    summary="Inverse multiquadric bump",
    source="Ramasinghe & Lucey 2022",
    module="InverseMultiquadric",
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
    parameters=(scale,),
    summary="Wave: a Mexican hat",
    source="Kunc & Kléma 2024, §3.41",
    module="Wave",
)

rectified_sech = Activation(
    "rectified_sech",
    2 * x / (exp(x) + exp(-x)),
    summary="Rectified hyperbolic secant: x·sech x",
    source="Kunc & Kléma 2024, §3.3.27",
    module="RectifiedSech",
)
