"""Powers and polynomials, whole or in pieces; with them the roots of a rectifier's side."""

from sympy import Abs, Interval, Min, Piecewise, Rational, Symbol, oo

from symact.activation import Activation, Parameter, Role, x

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
p = Symbol("p", positive=True)
scale, bias = Symbol("scale", real=True), Symbol("bias", real=True)
positive = Interval.open(0, oo)

square = Activation(
    "square",
    x**2,
    summary="Square",
    source="oneDNN eltwise_square",
    module="Square",
    torch="square",
)

squ = Activation(
    "squ",
    x**2 + x,
    summary="Shifted quadratic unit",
    source="Noel, Trivedi & Dutta 2023; Kunc & Kléma 2024, §3.44",
    module="SQU",
)

ncu = Activation(
    "ncu",
    x - x**3,
    summary="Non-monotonic cubic unit",
    source="Noel, Trivedi & Dutta 2023; Kunc & Kléma 2024, §3.42",
    module="NCU",
)

relu_squared = Activation(
    "relu_squared",
    Piecewise((x**2, x > 0), (0, True)),
    summary="Square of the rectifier (rectified quadratic unit)",
    source="So et al. 2021 (Primer); Kunc & Kléma 2024, §3.6.39",
    module="ReLUSquared",
)

repu = Activation(
    "repu",
    Piecewise((x**p, x > 0), (0, True)),
    parameters=(Parameter(p, default=3, domain=positive),),
    summary="Rectified power unit; the default is the rectified cubic unit",
    source="Li, Tang & Yu 2019; Kunc & Kléma 2024, §3.6.39",
    module="RePU",
)

star_relu = Activation(
    "star_relu",
    scale * Piecewise((x**2, x > 0), (0, True)) + bias,
    parameters=(
        Parameter(scale, default=Rational("0.8944"), role=Role.LEARNED),
        Parameter(bias, default=Rational("-0.4472"), role=Role.LEARNED),
    ),
    summary="Star ReLU: the squared rectifier with mean 0 and variance 1, scale and bias learned",
    source="Yu et al. 2022 (MetaFormer); Kunc & Kléma 2024, §4.2.17",
    module="StarReLU",
)

sqlu = Activation(
    "sqlu",
    Piecewise((x, x > 0), (x + x**2 / 4, x >= -2), (-1, True)),
    summary="Square linear unit: a parabola in place of ELU's exponential",
    source="Wuraola, Patel & Nguang 2021; Kunc & Kléma 2024, §3.8.2",
    module="SQLU",
)

squish = Activation(
    "squish",
    Piecewise((x + x**2 / 32, x > 0), (x + x**2 / 2, x >= -2), (0, True)),
    summary="Square swish: parabolas in place of the sigmoid linear unit",
    source="Wuraola, Patel & Nguang 2021; Kunc & Kléma 2024, §3.8.3",
    module="Squish",
)

sqreu = Activation(
    "sqreu",
    Piecewise((x, x > 0), (x + x**2 / 2, x >= -2), (0, True)),
    summary="Square rectified exponential unit",
    source="Wuraola, Patel & Nguang 2021; Kunc & Kléma 2024, §3.8.4",
    module="SqREU",
)

bfire = Activation(
    "bfire",
    Piecewise((-x - a / 2, x < -a), (x - a / 2, x > a), (x**2 / (2 * a), True)),
    parameters=(Parameter(a, default=1, domain=positive),),
    summary="Bi-firing: |x|, rounded by a parabola",
    source="Li, Tang & Liu 2013; Kunc & Kléma 2024, §3.21",
    module="BFire",
)

bbfire = Activation(
    "bbfire",
    Min(Piecewise((-x - a / 2, x < -a), (x - a / 2, x > a), (x**2 / (2 * a), True)), b),
    parameters=(Parameter(a, default=1, domain=positive), Parameter(b, default=3, domain=positive)),
    summary="Bounded bi-firing",
    source="Liew, Khalil-Hani & Bakhteri 2016; Kunc & Kléma 2024, §3.22",
    module="BBFire",
)

soft_modulus_q = Activation(
    "soft_modulus_q",
    Piecewise((x**2 * (2 - Abs(x)), Abs(x) <= 1), (Abs(x), True)),
    summary="Soft modulus: |x|, rounded by cubics",
    source="Vallés-Pérez et al. 2023; Kunc & Kléma 2024, §3.6.30",
    module="SoftModulusQ",
)

polylu = Activation(
    "polylu",
    Piecewise((x, x > 0), (1 / (1 - x) - 1, True)),
    summary="Polynomial linear unit (first power linear unit with sign): a hyperbola on the left",
    source="Feng & Yang 2023; Kunc & Kléma 2024, §3.7.4",
    module="PolyLU",
)

polu = Activation(
    "polu",
    Piecewise((x, x > 0), ((1 - x) ** -p - 1, True)),
    parameters=(Parameter(p, default=Rational(3, 2), domain=positive),),
    summary="Power linear unit: a power on the left",
    source="Li, Ding & Li 2018; Kunc & Kléma 2024, §3.7.6",
    module="PoLU",
)

pdelu = Activation(
    "pdelu",
    Piecewise((x, x > 0), (a * ((1 + x / 10) ** 10 - 1), x > -10), (-a, True)),
    parameters=(Parameter(a, default=1, domain=positive, role=Role.LEARNED),),
    summary="Parametric deformable exponential linear unit, t = 9/10: (1 + x/10)¹⁰ in place of e^x",
    source="Cheng et al. 2020",
    module="PDELU",
)
