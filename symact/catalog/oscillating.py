"""Oscillating functions: waves, growing or decaying, alone or on a line."""

from sympy import Eq, Interval, Max, Piecewise, Symbol, cos, oo, pi, sin

from symact.activation import Activation, Parameter, Role, x
from symact.functions import sigmoid

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
omega = Symbol("omega", positive=True)
positive = Interval.open(0, oo)

sine = Activation(
    "sine",
    sin(x),
    summary="Sine",
    source="Parascandolo, Huttunen & Virtanen 2017; Kunc & Kléma 2024, §3.29",
    module="Sine",
    torch="sin",
)

siren = Activation(
    "siren",
    sin(omega * x),
    parameters=(Parameter(omega, default=30, domain=positive),),
    summary="Sine of a high frequency, for implicit representations",
    source="Sitzmann et al. 2020",
    module="SIREN",
)

cosine = Activation(
    "cosine",
    1 - cos(x),
    summary="One minus the cosine",
    source="Kunc & Kléma 2024, §3.30",
    module="Cosine",
)

snake = Activation(
    "snake",
    x + sin(a * x) ** 2 / a,
    parameters=(Parameter(a, default=1, domain=positive, role=Role.LEARNED),),
    summary="Snake: a wave on a line, frequency learned",
    source="Ziyin, Hartwig & Ueda 2020",
    module="Snake",
)

sinc = Activation(
    "sinc",
    Piecewise((1, Eq(x, 0)), (sin(pi * x) / (pi * x), True)),
    summary="Normalised cardinal sine",
    source="Kunc & Kléma 2024, §3.35",
    module="Sinc",
    torch="sinc",
)

gcu = Activation(
    "gcu",
    x * cos(x),
    summary="Growing cosine unit",
    source="Noel et al. 2021; Kunc & Kléma 2024, §3.33",
    module="GCU",
)

asu = Activation(
    "asu",
    x * sin(x),
    summary="Amplifying sine unit",
    source="Rahman et al. 2023; Kunc & Kléma 2024, §3.34",
    module="ASU",
)

cosid = Activation(
    "cosid",
    cos(x) - x,
    summary="Cosine minus the identity",
    source="Eger, Youssef & Gurevych 2018; Kunc & Kléma 2024, §3.31",
    module="Cosid",
)

vlu = Activation(
    "vlu",
    Max(0, x) + a * sin(b * x),
    parameters=(Parameter(a, default=1, domain=positive), Parameter(b, default=1, domain=positive)),
    summary="Variational linear unit: the rectifier plus a wave",
    source="Kunc & Kléma 2024, §3.6.9",
    module="VLU",
)

sinlu = Activation(
    "sinlu",
    (x + a * sin(b * x)) * sigmoid(x),
    parameters=(
        Parameter(a, default=1, domain=positive, role=Role.LEARNED),
        Parameter(b, default=1, domain=positive, role=Role.LEARNED),
    ),
    summary="Sinu-sigmoidal linear unit: a wave on a line, gated by σ",
    source="Paul et al. 2022",
    module="SinLU",
)
