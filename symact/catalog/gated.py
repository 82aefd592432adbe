"""Gated units: x times something between 0 and 1."""

from sympy import Interval, Max, Min, Rational, S, Symbol, cosh, exp, oo, pi, sqrt, tanh

from symact.activation import Activation, Parameter, Role, x
from symact.functions import normal_cdf, sigmoid, softplus

alpha, beta = Symbol("alpha", positive=True), Symbol("beta", positive=True)
t = Symbol("t", real=True)
p, p1, p2 = Symbol("p", real=True), Symbol("p1", real=True), Symbol("p2", real=True)
sharpness = Parameter(beta, default=1, domain=Interval.open(0, oo), role=Role.LEARNED)

gelu = Activation(
    "gelu",
    x * normal_cdf(x),
    summary="Gaussian error linear unit",
    source="Hendrycks & Gimpel 2016",
    module="GELU",
    torch="nn.functional.gelu",
)

gelu_tanh = Activation(
    "gelu_tanh",
    x * (1 + tanh(sqrt(2 / pi) * (x + Rational("0.044715") * x**3))) / 2,
    summary="GELU by its tanh approximation",
    source="Hendrycks & Gimpel 2016",
    module="GELUTanh",
    torch="nn.functional.gelu",
)

gelu_sigmoid = Activation(
    "gelu_sigmoid",
    x * sigmoid(Rational("1.702") * x),
    summary="GELU by its sigmoid approximation (quick GELU)",
    source="Hendrycks & Gimpel 2016",
    module="GELUSigmoid",
)

silu = Activation(
    "silu",
    x * sigmoid(x),
    summary="Sigmoid linear unit",
    source="Hendrycks & Gimpel 2016; Elfwing, Uchibe & Doya 2018",
    module="SiLU",
    torch="nn.functional.silu",
)

swish = Activation(
    "swish",
    x * sigmoid(beta * x),
    parameters=(sharpness,),
    summary="Swish: a sigmoid linear unit with a learned sharpness",
    source="Ramachandran, Zoph & Le 2017",
    module="Swish",
)

mish = Activation(
    "mish",
    x * tanh(softplus(x)),
    summary="Mish",
    source="Misra 2020",
    module="Mish",
    torch="nn.functional.mish",
)

hardswish = Activation(
    "hardswish",
    x * Min(Max(0, x + 3), 6) / 6,
    summary="Hard swish: x times the hard sigmoid",
    source="Howard et al. 2019 (MobileNetV3)",
    module="Hardswish",
    torch="nn.functional.hardswish",
)

dsilu = Activation(
    "dsilu",
    sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    summary="Derivative of the sigmoid linear unit",
    source="Elfwing, Uchibe & Doya 2018; Kunc & Kléma 2024, §3.3.21",
    module="DSiLU",
)

flatted_t_swish = Activation(
    "flatted_t_swish",
    Max(0, x) * sigmoid(x) + t,
    parameters=(Parameter(t, default=Rational("-0.2")),),
    summary="Flatted-T swish: the sigmoid linear unit on the right, a constant on the left",
    source="Chieng et al. 2018; Kunc & Kléma 2024, §3.6.46",
    module="FlattedTSwish",
)

oaf = Activation(
    "oaf",
    Max(0, x) + x * sigmoid(x),
    summary="Optimal activation function: the rectifier plus the sigmoid linear unit",
    source="Kunc & Kléma 2024, §3.6.47",
    module="OAF",
)

acon_b = Activation(
    "acon_b",
    (1 - p) * x * sigmoid(beta * (1 - p) * x) + p * x,
    parameters=(Parameter(p, default=Rational(1, 4), role=Role.LEARNED), sharpness),
    summary="ACON-B: a smooth maximum of x and p·x, learned",
    source="Ma, Zhang, Liu & Sun 2021",
    module="ACONB",
)

acon_c = Activation(
    "acon_c",
    (p1 - p2) * x * sigmoid(beta * (p1 - p2) * x) + p2 * x,
    parameters=(
        Parameter(p1, default=1, role=Role.LEARNED),
        Parameter(p2, default=S.Zero, role=Role.LEARNED),
        sharpness,
    ),
    summary="ACON-C: a smooth maximum of p₁·x and p₂·x, learned",
    source="Ma, Zhang, Liu & Sun 2021",
    module="ACONC",
)

sech_sig = Activation(
    "sech_sig",
    (x + 1 / cosh(x)) * sigmoid(x),
    summary="SechSig: x plus its hyperbolic secant, gated by σ",
    source="Közkurt et al. 2022; Kunc & Kléma 2024, §3.2.22",
    module="SechSig",
)

tanh_sig = Activation(
    "tanh_sig",
    (x + tanh(x)) * sigmoid(x),
    summary="TanhSig: x plus its tanh, gated by σ",
    source="Közkurt et al. 2022; Kunc & Kléma 2024, §3.2.23",
    module="TanhSig",
)

colu = Activation(
    "colu",
    x / (1 - x * exp(-(x + exp(x)))),
    summary="Collapsing linear unit",
    source="Vagerwal 2021; Kunc & Kléma 2024, §3.3.5",
    module="CoLU",
)

soft_root_sign = Activation(
    "soft_root_sign",
    x / (x / alpha + exp(-x / beta)),
    parameters=(
        Parameter(alpha, default=2, domain=Interval.open(0, oo), role=Role.LEARNED),
        Parameter(beta, default=3, domain=Interval.open(0, oo), role=Role.LEARNED),
    ),
    summary="Soft root sign: bounded, non-monotonic",
    source="Zhou, Li, Huo & Kung 2020; Kunc & Kléma 2024, §3.2.10",
    module="SoftRootSign",
)

msilu = Activation(
    "msilu",
    x * sigmoid(x) + exp(-(x**2) - 1) / 4,
    summary="Modified sigmoid linear unit: with a Gaussian bump",
    source="Zhu et al. 2023; Kunc & Kléma 2024, §3.3.23",
    module="MSiLU",
)
