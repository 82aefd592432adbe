"""Gates by a distribution function: x times a sigmoid that is not the logistic one, or that is scaled."""

from sympy import Interval, Max, Min, Piecewise, Rational, S, Symbol, atan, erf, exp, oo, pi, sqrt, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.functions import normal_cdf, sigmoid

alpha, beta = Symbol("alpha", positive=True), Symbol("beta", positive=True)
kappa, lambd = Symbol("kappa", positive=True), Symbol("lambd", positive=True)
positive = Interval.open(0, oo)

gelu_10 = Activation(
    "gelu_10",
    Min(Max(-10, x * normal_cdf(x)), 10),
    summary="GELU, clipped to [−10, 10]",
    source="Hugging Face transformers (ClippedGELUActivation)",
    module="GELU10",
)

sgelu = Activation(
    "sgelu",
    alpha * x * erf(x / sqrt(2)),
    parameters=(Parameter(alpha, default=1, domain=positive),),
    summary="Symmetrical Gaussian error linear unit",
    source="Yu & Su 2019; Kunc & Kléma 2024, §3.3.2",
    module="SGELU",
)

calu = Activation(
    "calu",
    x * (atan(x) / pi + S.Half),
    summary="Cauchy linear unit: x times the Cauchy distribution function",
    source="Kunc & Kléma 2024, §3.3.3",
    module="CaLU",
)

lalu = Activation(
    "lalu",
    x * Piecewise((1 - exp(-x) / 2, x >= 0), (exp(x) / 2, True)),
    summary="Laplace linear unit: x times the Laplace distribution function",
    source="Kunc & Kléma 2024, §3.3.4",
    module="LaLU",
)

pflu = Activation(
    "pflu",
    x * (1 + x / sqrt(1 + x**2)) / 2,
    summary="Power function linear unit: x times an algebraic distribution function",
    source="Zhu et al. 2021; Kunc & Kléma 2024, §3.7.7",
    module="PFLU",
)

eanaf = Activation(
    "eanaf",
    x * exp(x) / (exp(x) + 2),
    summary="Efficient asymmetric non-linear activation: a sigmoid linear unit with a shifted gate",
    source="Chai et al. 2022; Kunc & Kléma 2024, §3.3.33",
    module="EANAF",
)

e_swish = Activation(
    "e_swish",
    beta * x * sigmoid(x),
    parameters=(Parameter(beta, default=Rational(3, 2), domain=positive),),
    summary="E-swish: a scaled sigmoid linear unit",
    source="Alcaide 2018; Kunc & Kléma 2024, §4.4.4",
    module="ESwish",
)

aglu = Activation(
    "aglu",
    x * (1 + lambd * exp(-kappa * x)) ** (-1 / lambd),
    parameters=(
        Parameter(lambd, default=1, domain=positive, role=Role.LEARNED),
        Parameter(kappa, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Adaptive generalised linear unit: x times the adaptive parametric activation",
    source="Alexandridis et al. 2024",
    module="AGLU",
)

aria2 = Activation(
    "aria2",
    x * (1 + exp(-beta * x)) ** -alpha,
    parameters=(
        Parameter(alpha, default=Rational(3, 2), domain=positive),
        Parameter(beta, default=2, domain=positive),
    ),
    summary="Adaptive Richards curve weighted activation, two parameters",
    source="Patwardhan, Ingalhalikar & Walambe 2018",
    module="ARiA2",
)

golu = Activation(
    "golu",
    x * exp(-exp(-x)),
    summary="Gompertz linear unit (ExpExpish): x times the Gumbel distribution function",
    source="Das et al. 2025; Kunc & Kléma 2024, §3.3.13",
    module="GoLU",
)

loglogish = Activation(
    "loglogish",
    x * (1 - exp(-exp(x))),
    summary="LogLogish: x times the complementary log-log function",
    source="Kunc & Kléma 2024, §3.3.12",
    module="LogLogish",
)

lisht = Activation(
    "lisht",
    x * tanh(x),
    summary="Linearly scaled tanh",
    source="Roy et al. 2019; Kunc & Kléma 2024, §3.3.28",
    module="LiSHT",
)

soft_modulus_t = Activation(
    "soft_modulus_t",
    x * tanh(x / alpha),
    parameters=(Parameter(alpha, default=Rational(1, 100), domain=positive),),
    summary="Soft modulus: |x|, smoothed by tanh",
    source="Vallés-Pérez et al. 2023; Kunc & Kléma 2024, §3.6.31",
    module="SoftModulusT",
)

self_arctan = Activation(
    "self_arctan",
    x * atan(x),
    summary="x times its arc tangent",
    source="Kunc & Kléma 2024, §3.3.14",
    module="SelfArctan",
)

hard_mish = Activation(
    "hard_mish",
    x * Min(Max(0, x + 2), 2) / 2,
    summary="Hard Mish: x times a line, clipped to [0, 1]",
    source="timm (HardMish)",
    module="HardMish",
)
