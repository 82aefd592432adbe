"""Nested gates: x times a bounded function of another activation, as in Mish."""

from sympy import Interval, Rational, Symbol, atan, erf, exp, log, oo, pi, sin, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.functions import normal_cdf, sigmoid, softplus

alpha, beta = Symbol("alpha", positive=True), Symbol("beta", positive=True)
gamma, delta = Symbol("gamma", positive=True), Symbol("delta", positive=True)
positive = Interval.open(0, oo)

tanhexp = Activation(
    "tanhexp",
    x * tanh(exp(x)),
    summary="TanhExp (TeLU): x times tanh of e^x",
    source="Liu & Di 2021; Fernandez & Mali 2024; Kunc & Kléma 2024, §3.3.31",
    module="TanhExp",
)

serf = Activation(
    "serf",
    x * erf(softplus(x)),
    summary="Serf: x times erf of the soft plus",
    source="Nag et al. 2023; Kunc & Kléma 2024, §3.3.32",
    module="Serf",
)

phish = Activation(
    "phish",
    x * tanh(x * normal_cdf(x)),
    summary="Phish: x times tanh of GELU",
    source="Naveen 2022; Kunc & Kléma 2024, §3.3.16",
    module="Phish",
)

smish = Activation(
    "smish",
    alpha * x * tanh(log(1 + sigmoid(beta * x))),
    parameters=(Parameter(alpha, default=1, domain=positive), Parameter(beta, default=1, domain=positive)),
    summary="Smish: x times tanh of log(1 + σ)",
    source="Wang, Ren & Wang 2022; Kunc & Kléma 2024, §3.3.30",
    module="Smish",
)

logish = Activation(
    "logish",
    x * log(1 + sigmoid(x)),
    summary="Logish: x times log(1 + σ)",
    source="Zhu et al. 2021; Kunc & Kléma 2024, §3.3.11",
    module="Logish",
)

gish = Activation(
    "gish",
    x * log(2 - exp(-exp(x))),
    summary="Gish: x times the logarithm of a Gumbel distribution function",
    source="Kaytan, Aydilek & Yeroğlu 2023; Kunc & Kléma 2024, §3.3.10",
    module="Gish",
)

ts_relu = Activation(
    "ts_relu",
    x * tanh(sigmoid(x)),
    summary="Tangent-sigmoid ReLU: x times tanh of σ",
    source="Kunc & Kléma 2024, §3.3.18",
    module="TSReLU",
)

tbs_relu = Activation(
    "tbs_relu",
    x * tanh(2 * sigmoid(x) - 1),
    summary="Tangent-bipolar-sigmoid ReLU: x times tanh of 2σ − 1",
    source="Kunc & Kléma 2024, §3.3.19",
    module="TBSReLU",
)

sinsig = Activation(
    "sinsig",
    x * sin(pi / 2 * sigmoid(x)),
    summary="SinSig: x times the sine of a quarter turn's share σ",
    source="Douge et al. 2021; Kunc & Kléma 2024, §3.3.34",
    module="SinSig",
)

swat = Activation(
    "swat",
    x * sigmoid(atan(x)),
    summary="SwAT: x times σ of the arc tangent",
    source="Verma, Chug & Singh 2020; Kunc & Kléma 2024, §3.3.26",
    module="SwAT",
)

double_silu = Activation(
    "double_silu",
    x * sigmoid(x * sigmoid(x)),
    summary="Double sigmoid linear unit: x times σ of itself gated",
    source="Verma, Chug & Singh 2020; Kunc & Kléma 2024, §3.3.22",
    module="DoubleSiLU",
)

tsilu = Activation(
    "tsilu",
    tanh(x * sigmoid(x)),
    summary="Tanh of the sigmoid linear unit",
    source="Verma, Chug & Singh 2020; Kunc & Kléma 2024, §3.3.24",
    module="TSiLU",
)

atsilu = Activation(
    "atsilu",
    atan(x * sigmoid(x)),
    summary="Arc tangent of the sigmoid linear unit",
    source="Verma, Chug & Singh 2020; Kunc & Kléma 2024, §3.3.25",
    module="ATSiLU",
)

erfact = Activation(
    "erfact",
    x * erf(alpha * exp(beta * x)),
    parameters=(
        Parameter(alpha, default=Rational(3, 4), domain=positive, role=Role.LEARNED),
        Parameter(beta, default=Rational(3, 4), domain=positive, role=Role.LEARNED),
    ),
    summary="ErfAct: x times erf of α·e^(βx), learned",
    source="Biswas et al. 2022",
    module="ErfAct",
)

pserf = Activation(
    "pserf",
    x * erf(gamma * softplus(delta * x)),
    parameters=(
        Parameter(gamma, default=Rational(5, 4), domain=positive, role=Role.LEARNED),
        Parameter(delta, default=Rational("0.85"), domain=positive, role=Role.LEARNED),
    ),
    summary="Parametric Serf: x times erf of a scaled soft plus, learned",
    source="Biswas et al. 2022",
    module="PSerf",
)

tanhsoft1 = Activation(
    "tanhsoft1",
    tanh(alpha * x) * softplus(x),
    parameters=(Parameter(alpha, default=Rational("0.87"), domain=positive, role=Role.LEARNED),),
    summary="TanhSoft-1: tanh times the soft plus, sharpness learned",
    source="Biswas, Kumar, Banerjee & Pandey 2021",
    module="TanhSoft1",
)

tanhsoft2 = Activation(
    "tanhsoft2",
    x * tanh(beta * exp(gamma * x)),
    parameters=(
        Parameter(beta, default=Rational(3, 4), domain=positive, role=Role.LEARNED),
        Parameter(gamma, default=Rational(3, 4), domain=positive, role=Role.LEARNED),
    ),
    summary="TanhSoft-2: x times tanh of β·e^(γx), learned",
    source="Biswas, Kumar, Banerjee & Pandey 2021",
    module="TanhSoft2",
)
