"""Rectifiers: the identity on one side, a line or a constant on the other; with them the clipped ones."""

from sympy import Interval, Max, Min, Piecewise, Rational, S, Symbol, oo

from symact.activation import Activation, Parameter, Role, x

negative_slope = Symbol("negative_slope", real=True)
a = Symbol("a", real=True)
lower, upper = Symbol("lower", real=True), Symbol("upper", real=True)
min_val, max_val = Symbol("min_val", real=True), Symbol("max_val", real=True)
theta, value = Symbol("threshold", real=True), Symbol("value", real=True)

identity = Activation(
    "identity",
    x,
    summary="The identity",
    source="—",
    module="Identity",
    torch="nn.Identity",
)

binary_step = Activation(
    "binary_step",
    Piecewise((1, x >= 0), (0, True)),
    summary="Binary step (Heaviside)",
    source="McCulloch & Pitts 1943",
    module="BinaryStep",
)

relu = Activation(
    "relu",
    Max(0, x),
    summary="Rectified linear unit",
    source="Fukushima 1969; Nair & Hinton 2010",
    module="ReLU",
    torch="nn.functional.relu",
)

leaky_relu = Activation(
    "leaky_relu",
    Piecewise((x, x > 0), (negative_slope * x, True)),
    parameters=(Parameter(negative_slope, default=Rational(1, 100)),),
    summary="Leaky rectified linear unit",
    source="Maas, Hannun & Ng 2013",
    module="LeakyReLU",
    torch="nn.functional.leaky_relu",
)

prelu = Activation(
    "prelu",
    Piecewise((x, x > 0), (a * x, True)),
    parameters=(Parameter(a, default=Rational(1, 4), role=Role.LEARNED),),
    summary="Parametric rectified linear unit, slope learned",
    source="He et al. 2015",
    module="PReLU",
    torch="nn.functional.prelu",
)

rrelu = Activation(
    "rrelu",
    Piecewise((x, x > 0), (a * x, True)),
    parameters=(
        Parameter(lower, default=Rational(1, 8)),
        Parameter(upper, default=Rational(1, 3), domain=Interval(lower, oo)),
        Parameter(a, default=(lower + upper) / 2, domain=Interval(lower, upper), role=Role.RANDOM),
    ),
    summary="Randomized leaky rectified linear unit, slope drawn while training",
    source="Xu, Wang, Chen & Li 2015",
    module="RReLU",
    torch="nn.functional.rrelu",
)

relu6 = Activation(
    "relu6",
    Min(Max(0, x), 6),
    summary="Rectified linear unit, saturating at 6",
    source="Krizhevsky 2010",
    module="ReLU6",
    torch="nn.functional.relu6",
)

hardtanh = Activation(
    "hardtanh",
    Piecewise((max_val, x >= max_val), (min_val, x <= min_val), (x, True)),
    parameters=(
        Parameter(min_val, default=S.NegativeOne),
        Parameter(max_val, default=S.One, domain=Interval.open(min_val, oo)),
    ),
    summary="Hard tanh: the identity, clipped",
    source="Collobert 2004",
    module="Hardtanh",
    torch="nn.functional.hardtanh",
)

threshold = Activation(
    "threshold",
    Piecewise((x, x > theta), (value, True)),
    parameters=(Parameter(theta), Parameter(value)),
    summary="The identity above a threshold, a constant below",
    source="torch.nn.Threshold",
    module="Threshold",
    torch="nn.functional.threshold",
)
