"""Piecewise linear functions: rectifiers that are shifted, bounded, mirrored or of several slopes."""

from sympy import Abs, Interval, Max, Min, Piecewise, Rational, S, Symbol, oo

from symact.activation import Activation, Parameter, Role, x

a, b, c = Symbol("a", real=True), Symbol("b", real=True), Symbol("c", real=True)
alpha = Symbol("alpha", real=True)
width = Symbol("width", positive=True)
slope, bound = Symbol("slope", real=True), Symbol("bound", positive=True)
lambd, bias = Symbol("lambd", nonnegative=True), Symbol("bias", real=True)
positive = Interval.open(0, oo)

shifted_relu = Activation(
    "shifted_relu",
    Max(-1, x),
    summary="Rectifier with its corner at (−1, −1)",
    source="Clevert, Unterthiner & Hochreiter 2016; Kunc & Kléma 2024, §3.6.1",
    module="ShiftedReLU",
)

delay_relu = Activation(
    "delay_relu",
    Max(0, x - a),
    parameters=(Parameter(a, default=Rational("0.08")),),
    summary="Rectifier that starts late",
    source="Shan, Li & Chen 2020; Kunc & Kléma 2024, §3.6.43",
    module="DelayReLU",
)

bounded_relu = Activation(
    "bounded_relu",
    Min(Max(0, x), bound),
    parameters=(Parameter(bound, default=1, domain=positive),),
    summary="Rectifier that saturates (ReLUN, clip)",
    source="Liew, Khalil-Hani & Bakhteri 2016; Kunc & Kléma 2024, §3.6.16",
    module="BoundedReLU",
)

bounded_leaky_relu = Activation(
    "bounded_leaky_relu",
    Piecewise((slope * x + (1 - slope) * bound, x >= bound), (x, x > 0), (slope * x, True)),
    parameters=(
        Parameter(slope, default=Rational(1, 100), domain=Interval.open(0, 1)),
        Parameter(bound, default=1, domain=positive),
    ),
    summary="Leaky rectifier that leaks above a bound too",
    source="Liew, Khalil-Hani & Bakhteri 2016; Kunc & Kléma 2024, §3.6.24",
    module="BoundedLeakyReLU",
)

thresholded_relu = Activation(
    "thresholded_relu",
    Piecewise((x, x > alpha), (0, True)),
    parameters=(Parameter(alpha, default=1),),
    summary="The identity above a threshold, 0 below (truncated rectifier)",
    source="Konda, Memisevic & Krueger 2015; Kunc & Kléma 2024, §3.6.21",
    module="ThresholdedReLU",
)

vrelu = Activation(
    "vrelu",
    Abs(x),
    summary="V-shaped rectifier: the absolute value",
    source="Hu & Huang 2018; Kunc & Kléma 2024, §3.6.25",
    module="VReLU",
    torch="abs",
)

pan = Activation(
    "pan",
    Max(0, Abs(x) - a),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Pan function: the absolute value above a threshold",
    source="Kunc & Kléma 2024, §3.6.26",
    module="Pan",
)

tent = Activation(
    "tent",
    Max(0, width - Abs(x)),
    parameters=(Parameter(width, default=1, domain=positive, role=Role.LEARNED),),
    summary="Tent: a triangle about 0 (mirrored rectifier), width learned",
    source="Rozsa & Boult 2019; Kunc & Kléma 2024, §3.6.28, §4.2.27",
    module="Tent",
)

hat = Activation(
    "hat",
    Piecewise((0, x < 0), (x, x <= width / 2), (width - x, x <= width), (0, True)),
    parameters=(Parameter(width, default=2, domain=positive),),
    summary="Hat: a triangle on the positive side, a finite element",
    source="Wang, Xu & Zhu 2022; Kunc & Kléma 2024, §4.2.28",
    module="Hat",
)

lsptlu = Activation(
    "lsptlu",
    Piecewise((x / 5, x < 0), (x, x <= width), (2 * width - x, x <= 2 * width), (0, True)),
    parameters=(Parameter(width, default=1, domain=positive),),
    summary="Leaky single-peaked triangle linear unit",
    source="Kunc & Kléma 2024, §3.6.29",
    module="LSPTLU",
)

dprelu = Activation(
    "dprelu",
    Piecewise((a * x, x > 0), (b * x, True)),
    parameters=(
        Parameter(a, default=1, role=Role.LEARNED),
        Parameter(b, default=Rational(1, 100), role=Role.LEARNED),
    ),
    summary="Dual parametric rectified linear unit: both slopes learned",
    source="Balaji, Kavya & Sebastian 2019; Kunc & Kléma 2024, §4.2.20",
    module="DPReLU",
)

frelu = Activation(
    "frelu",
    Max(0, x) + b,
    parameters=(Parameter(b, default=S.Zero, role=Role.LEARNED),),
    summary="Flexible rectified linear unit: height learned",
    source="Qiu, Xu & Cai 2018; Kunc & Kléma 2024, §4.2.15",
    module="FReLU",
)

shilu = Activation(
    "shilu",
    a * Max(0, x) + b,
    parameters=(Parameter(a, default=1, role=Role.LEARNED), Parameter(b, default=S.Zero, role=Role.LEARNED)),
    summary="Shifted rectified linear unit: slope and height learned",
    source="Pishchik 2023; Kunc & Kléma 2024, §4.2.16",
    module="ShiLU",
)

rprelu = Activation(
    "rprelu",
    Piecewise((x - a + b, x > a), (c * (x - a) + b, True)),
    parameters=(
        Parameter(a, default=S.Zero, role=Role.LEARNED),
        Parameter(b, default=S.Zero, role=Role.LEARNED),
        Parameter(c, default=Rational(1, 4), role=Role.LEARNED),
    ),
    summary="ReAct's parametric rectifier: slope and position of the corner learned",
    source="Liu et al. 2020 (ReActNet); Kunc & Kléma 2024, §4.2.5",
    module="RPReLU",
)

shrink = Activation(
    "shrink",
    Piecewise((x - bias, x > lambd), (x + bias, x < -lambd), (0, True)),
    parameters=(
        Parameter(lambd, default=S.Half, domain=Interval(0, oo)),
        Parameter(bias, default=S.Zero),
    ),
    summary="Shrinkage between hard (bias 0) and soft (bias λ)",
    source="ONNX Shrink",
    module="Shrink",
)
