"""Smooth rectifiers: functions near max(0, x) without a kink, and rectifiers bent by a logarithm."""

from sympy import Interval, Max, Piecewise, Rational, S, Symbol, cosh, erf, exp, log, oo, sqrt

from symact.activation import Activation, Parameter, Role, x
from symact.functions import softplus

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
alpha, beta = Symbol("alpha", real=True), Symbol("beta", positive=True)
epsilon, mu = Symbol("epsilon", real=True), Symbol("mu", positive=True)
positive = Interval.open(0, oo)
share = Interval(0, 1)

squareplus = Activation(
    "squareplus",
    (x + sqrt(x**2 + b)) / 2,
    parameters=(Parameter(b, default=4, domain=positive),),
    summary="Square plus: an algebraic soft plus",
    source="Barron 2021; Kunc & Kléma 2024, §4.55",
    module="Squareplus",
)

sparse_plus = Activation(
    "sparse_plus",
    Piecewise((0, x <= -1), (x, x >= 1), ((x + 1) ** 2 / 4, True)),
    summary="Sparse plus: the rectifier, rounded by a parabola on [−1, 1]",
    source="jax.nn.sparse_plus",
    module="SparsePlus",
)

smelu = Activation(
    "smelu",
    Piecewise((0, x <= -beta), (x, x >= beta), ((x + beta) ** 2 / (4 * beta), True)),
    parameters=(Parameter(beta, default=1, domain=positive),),
    summary="Smooth ReLU: the rectifier, rounded by a parabola on [−β, β]",
    source="Shamir, Lin & Coviello 2020",
    module="SmeLU",
)

sqrt_softplus = Activation(
    "sqrt_softplus",
    sqrt(softplus(x)),
    summary="Square root of the soft plus",
    source="Hugging Face transformers (SqrtSoftplusActivation)",
    module="SqrtSoftplus",
)

slu = Activation(
    "slu",
    Piecewise((x, x > 0), (2 * softplus(x) - 2 * log(2), True)),
    summary="Soft plus linear unit",
    source="Zhao et al. 2018; Kunc & Kléma 2024, §3.6.13",
    module="SLU",
)

resp = Activation(
    "resp",
    Piecewise((a * x + log(2), x > 0), (softplus(x), True)),
    parameters=(Parameter(a, default=Rational(3, 2), domain=positive),),
    summary="Rectified soft plus: a line on the right, the soft plus on the left",
    source="Xu & Chen 2020; Kunc & Kléma 2024, §3.6.14",
    module="ReSP",
)

psoftplus = Activation(
    "psoftplus",
    a * (softplus(x) - b),
    parameters=(Parameter(a, default=Rational(3, 2), domain=positive), Parameter(b, default=log(2), domain=positive)),
    summary="Parametric soft plus: scaled and lowered to 0 at 0",
    source="Sun, Gai, Zhao & Zhang 2020; Kunc & Kléma 2024, §3.18",
    module="PSoftplus",
)

softplusplus = Activation(
    "softplusplus",
    softplus(a * x) + x / b - log(2),
    parameters=(Parameter(a, default=1, domain=positive), Parameter(b, default=2, domain=positive)),
    summary="Soft++: the soft plus on a slope",
    source="Ciuparu, Nagy-Dăbâcan & Mureşan 2020; Kunc & Kléma 2024, §3.18.1",
    module="SoftPlusPlus",
)

rand_softplus = Activation(
    "rand_softplus",
    (1 - alpha) * Max(0, x) + alpha * softplus(x),
    parameters=(Parameter(alpha, default=S.Half, domain=share),),
    summary="Mixture of the rectifier and the soft plus",
    source="Chen et al. 2019; Kunc & Kléma 2024, §3.19",
    module="RandSoftplus",
)

bent_identity = Activation(
    "bent_identity",
    (sqrt(x**2 + 1) - 1) / 2 + x,
    summary="Bent identity: slope 1/2 on the left, 3/2 on the right",
    source="Kunc & Kléma 2024, §3.10",
    module="BentIdentity",
)

nlrelu = Activation(
    "nlrelu",
    log(1 + beta * Max(0, x)),
    parameters=(Parameter(beta, default=1, domain=positive),),
    summary="Natural logarithm of the rectifier",
    source="Liu et al. 2019; Kunc & Kléma 2024, §3.6.12",
    module="NLReLU",
)

prenu = Activation(
    "prenu",
    Piecewise((x - a * log(1 + x), x > 0), (0, True)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Parametric rectified non-linear unit",
    source="Jaafari, Ellahyani & Charfi 2021; Kunc & Kléma 2024, §3.6.15",
    module="PReNU",
)

hclsh = Activation(
    "hclsh",
    Piecewise((log(cosh(x) + x * cosh(x / 2)), x >= 0), (log(cosh(x)) + x, True)),
    summary="Hyperbolic cosine linearised squashing function",
    source="Abdel-Nabi et al. 2023; Kunc & Kléma 2024, §3.37",
    module="HcLSH",
)

smu = Activation(
    "smu",
    ((1 + alpha) * x + (1 - alpha) * x * erf(mu * (1 - alpha) * x)) / 2,
    parameters=(
        Parameter(alpha, default=Rational(1, 4), role=Role.LEARNED),
        Parameter(mu, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Smooth maximum unit: the leaky rectifier, smoothed by erf",
    source="Biswas, Kumar, Banerjee & Pandey 2022; Kunc & Kléma 2024, §4.2.7",
    module="SMU",
)

smu1 = Activation(
    "smu1",
    ((1 + alpha) * x + sqrt((1 - alpha) ** 2 * x**2 + mu**2)) / 2,
    parameters=(
        Parameter(alpha, default=Rational(1, 4), role=Role.LEARNED),
        Parameter(mu, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Smooth maximum unit 1: the leaky rectifier, smoothed by a square root",
    source="Biswas, Kumar, Banerjee & Pandey 2022; Kunc & Kléma 2024, §4.55.3",
    module="SMU1",
)

crrelu = Activation(
    "crrelu",
    Max(0, x) + epsilon * x * exp(-(x**2) / 2),
    parameters=(Parameter(epsilon, default=Rational(1, 100), role=Role.LEARNED),),
    summary="Correction regularised rectifier: with a learned bump about 0",
    source="Sun et al. 2024",
    module="CRReLU",
)
