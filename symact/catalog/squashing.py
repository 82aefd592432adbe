"""Squashing functions: bounded and increasing, as alternatives to the logistic sigmoid and to tanh."""

from sympy import Abs, Interval, Max, Min, Piecewise, Rational, S, Symbol, atan, erf, exp, log, oo, sqrt, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.functions import normal_cdf, sigmoid

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
c, d = Symbol("c", positive=True), Symbol("d", positive=True)
alpha, beta = Symbol("alpha", positive=True), Symbol("beta", real=True)
kappa, lambd = Symbol("kappa", positive=True), Symbol("lambd", positive=True)
mu, sigma = Symbol("mu", real=True), Symbol("sigma", positive=True)
positive = Interval.open(0, oo)

bipolar_sigmoid = Activation(
    "bipolar_sigmoid",
    2 * sigmoid(x) - 1,
    summary="The sigmoid, stretched to (−1, 1)",
    source="Kunc & Kléma 2024, §3.2.26",
    module="BipolarSigmoid",
)

scaled_tanh = Activation(
    "scaled_tanh",
    a * tanh(b * x),
    parameters=(
        Parameter(a, default=Rational("1.7159"), domain=positive),
        Parameter(b, default=Rational(2, 3), domain=positive),
    ),
    summary="Tanh, scaled so that ±1 are nearly fixed",
    source="LeCun, Bottou, Orr & Müller 1998; Kunc & Kléma 2024, §3.2.3",
    module="ScaledTanh",
)

penalized_tanh = Activation(
    "penalized_tanh",
    Piecewise((tanh(x), x > 0), (a * tanh(x), True)),
    parameters=(Parameter(a, default=Rational(1, 4), domain=Interval.open(0, 1)),),
    summary="Tanh, flattened on the negative side",
    source="Xu, Huang & Li 2016; Kunc & Kléma 2024, §3.2.9",
    module="PenalizedTanh",
)

arctan = Activation(
    "arctan",
    atan(x),
    summary="Arc tangent",
    source="Kunc & Kléma 2024, §3.2.4",
    module="Arctan",
    torch="atan",
)

error_function = Activation(
    "error_function",
    erf(x),
    summary="Gauss error function",
    source="ONNX Erf",
    module="ErrorFunction",
    torch="erf",
)

probit = Activation(
    "probit",
    normal_cdf(x),
    summary="Distribution function Φ of the standard normal",
    source="Kunc & Kléma 2024, §3.2",
    module="Probit",
    torch="special.ndtr",
)

laplace = Activation(
    "laplace",
    (1 + erf((x - mu) / (sigma * sqrt(2)))) / 2,
    parameters=(
        Parameter(mu, default=Rational("0.707107")),
        Parameter(sigma, default=Rational("0.282095"), domain=positive),
    ),
    summary="Normal distribution function that meets the squared ReLU at 1/√2",
    source="Ma et al. 2023 (MEGA)",
    module="Laplace",
)

elliott = Activation(
    "elliott",
    x / (2 * (1 + Abs(x))) + S.Half,
    summary="Elliott's function: the soft sign, scaled to (0, 1)",
    source="Elliott 1993; Kunc & Kléma 2024, §3.2.15",
    module="Elliott",
)

scaled_softsign = Activation(
    "scaled_softsign",
    alpha * x / (c + Abs(x)),
    parameters=(
        Parameter(alpha, default=1, domain=positive, role=Role.LEARNED),
        Parameter(c, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Soft sign with learned height and width",
    source="Pishchik 2023",
    module="ScaledSoftsign",
)

isru = Activation(
    "isru",
    x / sqrt(1 + a * x**2),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Inverse square root unit",
    source="Carlile et al. 2017; Kunc & Kléma 2024, §3.8.10",
    module="ISRU",
)

rootsig = Activation(
    "rootsig",
    a * x / (1 + sqrt(1 + a**2 * x**2)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Root sigmoid",
    source="Kunc & Kléma 2024, §3.2.25",
    module="Rootsig",
)

sqnl = Activation(
    "sqnl",
    Piecewise((1, x > 2), (x - x**2 / 4, x >= 0), (x + x**2 / 4, x >= -2), (-1, True)),
    summary="Square non-linearity: two parabolas in place of tanh",
    source="Wuraola & Patel 2018; Kunc & Kléma 2024, §3.8.1",
    module="SQNL",
)

smooth_step = Activation(
    "smooth_step",
    Piecewise((0, x <= -a / 2), (1, x >= a / 2), (-2 * x**3 / a**3 + 3 * x / (2 * a) + S.Half, True)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Smooth step: a cubic between 0 and 1",
    source="Hazimeh et al. 2020; Kunc & Kléma 2024, §3.2.14",
    module="SmoothStep",
)

loglog = Activation(
    "loglog",
    exp(-exp(-x)),
    summary="Log-log function: the Gumbel distribution function",
    source="Gomes, Ludermir & Lima 2011; Kunc & Kléma 2024, §3.2.20",
    module="LogLog",
)

cloglog = Activation(
    "cloglog",
    1 - exp(-exp(x)),
    summary="Complementary log-log function",
    source="Gomes, Ludermir & Lima 2011; Kunc & Kléma 2024, §3.2.21",
    module="CLogLog",
)

aranda_ordaz = Activation(
    "aranda_ordaz",
    1 - (1 + a * exp(x)) ** (-1 / a),
    parameters=(Parameter(a, default=2, domain=positive),),
    summary="Aranda-Ordaz function, between the sigmoid (a = 1) and the complementary log-log (a → 0)",
    source="Aranda-Ordaz 1981; Kunc & Kléma 2024, §3.20",
    module="ArandaOrdaz",
)

soft_clipping = Activation(
    "soft_clipping",
    log((1 + exp(a * x)) / (1 + exp(a * (x - 1)))) / a,
    parameters=(Parameter(a, default=50, domain=positive),),
    summary="Soft clipping: nearly the identity on [0, 1], constant outside",
    source="Klimek & Perelstein 2020; Kunc & Kléma 2024, §3.2.11",
    module="SoftClipping",
)

hexpo = Activation(
    "hexpo",
    Piecewise((-a * (exp(-x / b) - 1), x >= 0), (c * (exp(x / d) - 1), True)),
    parameters=tuple(Parameter(p, default=1, domain=positive) for p in (a, b, c, d)),
    summary="Hexpo: two exponentials, each with its height and width",
    source="Kong & Takatsuka 2017; Kunc & Kléma 2024, §3.2.12",
    module="Hexpo",
)

sparse_sigmoid = Activation(
    "sparse_sigmoid",
    Min(Max(0, (x + 1) / 2), 1),
    summary="Sparse sigmoid: a line of slope 1/2, clipped to [0, 1]; the derivative of the sparse plus",
    source="Courbariaux, Bengio & David 2015; jax.nn.sparse_sigmoid",
    module="SparseSigmoid",
)

affine_hardsigmoid = Activation(
    "affine_hardsigmoid",
    Min(Max(0, alpha * x + beta), 1),
    parameters=(Parameter(alpha, default=Rational(1, 5), domain=positive), Parameter(beta, default=S.Half)),
    summary="Hard sigmoid of any slope and height: a line, clipped to [0, 1]",
    source="ONNX HardSigmoid; Kunc & Kléma 2024, §3.6.17",
    module="AffineHardsigmoid",
)

sigmoid_gumbel = Activation(
    "sigmoid_gumbel",
    sigmoid(x) * exp(-exp(-x)),
    summary="The sigmoid times the Gumbel distribution function",
    source="Kunc & Kléma 2024, §3.2.17",
    module="SigmoidGumbel",
)

apa = Activation(
    "apa",
    (1 + lambd * exp(-kappa * x)) ** (-1 / lambd),
    parameters=(
        Parameter(lambd, default=1, domain=positive, role=Role.LEARNED),
        Parameter(kappa, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Adaptive parametric activation: between the sigmoid and the Gumbel distribution function",
    source="Alexandridis et al. 2024",
    module="APA",
)
