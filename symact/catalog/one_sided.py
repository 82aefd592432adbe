"""One-sided bends: the identity (or a line) on the right, a curve on the left; relatives of ELU."""

from sympy import Interval, Max, Min, Piecewise, Rational, S, Symbol, exp, log, oo, sqrt, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.catalog.exponential import selu_alpha, selu_scale
from symact.functions import sigmoid

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
alpha, beta = Symbol("alpha", positive=True), Symbol("beta", positive=True)
alpha_p, alpha_n = Symbol("alpha_p", positive=True), Symbol("alpha_n", positive=True)
slope = Symbol("slope", real=True)
scale = Symbol("scale", positive=True)
positive = Interval.open(0, oo)

pelu = Activation(
    "pelu",
    Piecewise((a / b * x, x > 0), (a * (exp(x / b) - 1), True)),
    parameters=(
        Parameter(a, default=1, domain=positive, role=Role.LEARNED),
        Parameter(b, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Parametric exponential linear unit: height and width learned",
    source="Trottier, Giguère & Chaib-draa 2017",
    module="PELU",
)

mpelu = Activation(
    "mpelu",
    Piecewise((x, x > 0), (alpha * (exp(beta * x) - 1), True)),
    parameters=(
        Parameter(alpha, default=1, domain=positive, role=Role.LEARNED),
        Parameter(beta, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Multiple parametric exponential linear unit",
    source="Li, Fan, Li, Wu & Ming 2018; Kunc & Kléma 2024, §4.2.48",
    module="MPELU",
)

lselu = Activation(
    "lselu",
    selu_scale * Piecewise((x, x > 0), (selu_alpha * (exp(x) - 1) + slope * x, True)),
    parameters=(Parameter(slope, default=Rational(1, 10)),),
    summary="Leaky scaled exponential linear unit",
    source="Kunc & Kléma 2024, §3.7.12",
    module="LSELU",
)

serlu = Activation(
    "serlu",
    scale * Piecewise((x, x > 0), (alpha * x * exp(x), True)),
    parameters=(
        Parameter(scale, default=Rational("1.07862"), domain=positive),
        Parameter(alpha, default=Rational("2.90427"), domain=positive),
    ),
    summary="Scaled exponentially-regularised linear unit",
    source="Zhang & Li 2018; Kunc & Kléma 2024, §3.7.13",
    module="SERLU",
)

xielu = Activation(
    "xielu",
    Piecewise((alpha_p * x**2 + beta * x, x > 0), (alpha_n * (exp(x) - 1 - x) + beta * x, True)),
    parameters=(
        Parameter(alpha_p, default=Rational(4, 5), domain=positive, role=Role.LEARNED),
        Parameter(alpha_n, default=Rational(4, 5), domain=positive, role=Role.LEARNED),
        Parameter(beta, default=S.Half, domain=positive),
    ),
    summary="Expanded integral of the exponential linear unit",
    source="Huang & Schlag 2024",
    module="XIELU",
)

reu = Activation(
    "reu",
    Piecewise((x, x > 0), (x * exp(x), True)),
    summary="Rectified exponential unit",
    source="Ying et al. 2019; Kunc & Kléma 2024, §3.6.49",
    module="REU",
)

preu = Activation(
    "preu",
    Piecewise((a * x, x > 0), (a * x * exp(b * x), True)),
    parameters=(
        Parameter(a, default=1, domain=positive, role=Role.LEARNED),
        Parameter(b, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Parametric rectified exponential unit",
    source="Ying et al. 2019; Kunc & Kléma 2024, §4.2.9",
    module="PREU",
)

isrlu = Activation(
    "isrlu",
    Piecewise((x, x >= 0), (x / sqrt(1 + a * x**2), True)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Inverse square root linear unit",
    source="Carlile et al. 2017; Kunc & Kléma 2024, §3.8.9",
    module="ISRLU",
)

sign_relu = Activation(
    "sign_relu",
    Piecewise((x, x > 0), (a * x / (1 - x), True)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="The soft sign on the left (DLU)",
    source="Lin & Shen 2018; Kunc & Kléma 2024, §3.6.32",
    module="SignReLU",
)

thlu = Activation(
    "thlu",
    Piecewise((x, x > 0), (tanh(x / 2), True)),
    summary="Tanh linear unit: tanh(x/2) on the left",
    source="Kunc & Kléma 2024, §3.7.1",
    module="ThLU",
)

ptelu = Activation(
    "ptelu",
    Piecewise((x, x > 0), (a * tanh(b * x), True)),
    parameters=(
        Parameter(a, default=1, domain=positive, role=Role.LEARNED),
        Parameter(b, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Parametric tanh linear unit",
    source="Duggal & Gupta 2017; Kunc & Kléma 2024, §4.2.30",
    module="PTELU",
)

loglu = Activation(
    "loglu",
    Piecewise((x, x > 0), (-log(1 - x), True)),
    summary="Logarithmic linear unit",
    source="Chaitanya & Rahul 2024",
    module="LogLU",
)

sara = Activation(
    "sara",
    Piecewise((x, x > 0), (x / (1 + a * exp(-b * x)), True)),
    parameters=(
        Parameter(a, default=S.Half, domain=positive),
        Parameter(b, default=Rational("0.7"), domain=positive),
    ),
    summary="Swish on the left, the identity on the right",
    source="Qureshi & Sarosh Umar 2022; Kunc & Kléma 2024, §3.6.53",
    module="SaRa",
)

elish = Activation(
    "elish",
    Piecewise((x * sigmoid(x), x >= 0), ((exp(x) - 1) * sigmoid(x), True)),
    summary="Exponential linear sigmoid squashing: ELU on the left and the identity on the right, gated by σ",
    source="Basirat & Roth 2018; Kunc & Kléma 2024, §3.7.17",
    module="ELiSH",
)

hard_elish = Activation(
    "hard_elish",
    Piecewise((x, x >= 0), (exp(x) - 1, True)) * Min(Max(0, (x + 1) / 2), 1),
    summary="ELiSH with a hard sigmoid as the gate",
    source="Basirat & Roth 2018; Kunc & Kléma 2024, §3.7.18",
    module="HardELiSH",
)
