"""The Lipschitz constant of every elementwise entry of the catalogue."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, PROVED, Identity

SOURCE = "symact, derived: the supremum of |f′|, over the catalogue"

# fmt: off
CONSTANTS = (
    ("elu",          "1",                  "alpha=1",            PROVED),
    ("celu",         "1",                  "",                   PROVED),
    ("gelu_tanh",    "1.1289930686587718", "",                   CERTIFIED),
    ("gelu_sigmoid", "1.0998393201288669", "",                   CERTIFIED),
    ("swish",        "1.0998393201288669", "",                   CERTIFIED),
    ("hardswish",    "3/2",                "",                   PROVED),
    ("identity",     "1",                  "",                   PROVED),
    ("binary_step",  "∞",                  "",                   PROVED),
    ("relu",         "1",                  "",                   PROVED),
    ("leaky_relu",   "1",                  "negative_slope=1/100", PROVED),
    ("prelu",        "1",                  "a=1/4",              PROVED),
    ("rrelu",        "1",                  "lower=1/8 upper=1/3", PROVED),
    ("relu6",        "1",                  "",                   PROVED),
    ("hardtanh",     "1",                  "",                   PROVED),
    ("threshold",    "∞",                  "threshold=1 value=0", PROVED),
    ("tanhshrink",   "1",                  "",                   PROVED),
    ("softshrink",   "1",                  "",                   PROVED),
    ("hardshrink",   "∞",                  "",                   PROVED),
    ("sigmoid",      "1/4",                "",                   PROVED),
    ("tanh",         "1",                  "",                   PROVED),
    ("softsign",     "1",                  "",                   PROVED),
    ("hardsigmoid",  "1/6",                "",                   PROVED),
    ("logsigmoid",   "1",                  "",                   PROVED),
    ("softplus",     "1",                  "",                   PROVED),
    ("chebyshev",    "∞",                  "",                   PROVED),
)
# fmt: on

ENTRIES: tuple[Identity, ...] = tuple(
    Identity(
        f"lipschitz-{name.replace('_', '-')}",
        f"the Lipschitz constant of {name}",
        Claim(name, "shape", "Lipschitz constant", constant, given),
        SOURCE,
        f"{name} lipschitz",
        grade,
    )
    for name, constant, given, grade in CONSTANTS
)
