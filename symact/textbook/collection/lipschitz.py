"""The Lipschitz constant of every entry of the catalogue."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, PROVED, REFUTED, Identity
from symact.verdict import Grade

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
    ("lalu", "e^(−2)/2 + 1", "", PROVED),
    ("pflu", "1/2 + 2√6/9", "", PROVED),
    ("eanaf", "1.163664493115648", "", CERTIFIED),
    ("e_swish", "1.649758980193300", "beta=3/2", CERTIFIED),
    ("aglu", "1.099839320128867", "lambd=1 kappa=1", CERTIFIED),
    ("aria2", "1.141147190416321", "alpha=3/2 beta=2", CERTIFIED),
    ("lisht", "1.199678640257734", "", CERTIFIED),
    ("hard_mish", "1", "", PROVED),
    ("dsilu", "1/2", "", CERTIFIED),
    ("flatted_t_swish", "1.099839320128867", "t=-1/5", CERTIFIED),
    ("oaf", "2.099839320128867", "", CERTIFIED),
    ("acon_b", "1.074879490096650", "p=1/4 beta=1", CERTIFIED),
    ("acon_c", "1.099839320128867", "p1=1 p2=0 beta=1", CERTIFIED),
    ("tanh_sig", "1.389842495830468", "", CERTIFIED),
    ("soft_root_sign", "1.167978769092358", "alpha=2 beta=3", CERTIFIED),
    ("msilu", "1.098612472628105", "", CERTIFIED),
    ("serf", "1.086125444150997", "", CERTIFIED),
    ("phish", "1.298306673305812", "", CERTIFIED),
    ("ts_relu", "0.812619392505433", "", CERTIFIED),
    ("double_silu", "1.137651273009688", "", CERTIFIED),
    ("tsilu", "0.676600382453014", "", CERTIFIED),
    ("atsilu", "0.680769292711912", "", CERTIFIED),
    ("pserf", "1.053564414057765", "gamma=5/4 delta=17/20", CERTIFIED),
    ("tanhsoft1", "1.098916035094097", "alpha=87/100", CERTIFIED),
    ("pelu", "1", "a=1 b=1", PROVED),
    ("mpelu", "1", "alpha=1 beta=1", PROVED),
    ("serlu", "15663018537/5000000000", "scale=53931/50000 alpha=290427/100000", PROVED),
    ("xielu", "∞", "a1=4/5 a2=4/5 beta=1/2", PROVED),
    ("reu", "1", "", PROVED),
    ("preu", "1", "a=1 b=1", PROVED),
    ("isrlu", "1", "a=1", PROVED),
    ("sign_relu", "1", "a=1", PROVED),
    ("ptelu", "1", "a=1 b=1", PROVED),
    ("loglu", "1", "", PROVED),
    ("elish", "1.099839320128867", "", CERTIFIED),
    ("hard_elish", "3/2", "", PROVED),
    ("shifted_relu", "1", "", PROVED),
    ("delay_relu", "1", "a=2/25", PROVED),
    ("bounded_relu", "1", "bound=1", PROVED),
    ("bounded_leaky_relu", "1", "slope=1/100 bound=1", PROVED),
    ("thresholded_relu", "∞", "alpha=1", PROVED),
    ("vrelu", "1", "", PROVED),
    ("pan", "1", "a=1", PROVED),
    ("tent", "1", "width=1", PROVED),
    ("hat", "1", "width=2", PROVED),
    ("dprelu", "1", "a=1 b=1/100", PROVED),
    ("frelu", "1", "b=0", PROVED),
    ("shilu", "1", "a=1 b=0", PROVED),
    ("rprelu", "1", "a=0 b=0 c=1/4", PROVED),
    ("shrink", "∞", "lambd=1/2 bias=0", PROVED),
    ("square", "∞", "", PROVED),
    ("squ", "∞", "", PROVED),
    ("ncu", "∞", "", PROVED),
    ("relu_squared", "∞", "", PROVED),
    ("repu", "∞", "p=3", PROVED),
    ("star_relu", "∞", "scale=559/625 bias=-559/1250", PROVED),
    ("sqlu", "1", "", PROVED),
    ("squish", "∞", "", PROVED),
    ("sqreu", "1", "", PROVED),
    ("bfire", "1", "a=1", PROVED),
    ("soft_modulus_q", "4/3", "", PROVED),
    ("polylu", "1", "", PROVED),
    ("pdelu", "1", "a=1", PROVED),
    ("gaussian", "e^(−1/2)", "a=1", PROVED),
    ("laplacian", "1", "a=1", PROVED),
    ("inverse_quadratic", "3√3/8", "a=1", PROVED),
    ("inverse_multiquadric", "2√3/9", "a=1", PROVED),
    ("sigmoid_derivative", "0.096225044864938", "", CERTIFIED),
    ("rectified_sech", "1", "", CERTIFIED),
    ("squareplus", "1", "b=4", PROVED),
    ("sparse_plus", "1", "", PROVED),
    ("smelu", "1", "beta=1", PROVED),
    ("slu", "1", "", PROVED),
    ("softplusplus", "3/2", "a=1 b=2", PROVED),
    ("rand_softplus", "1", "alpha=1/2", PROVED),
    ("bent_identity", "3/2", "", PROVED),
    ("nlrelu", "1", "beta=1", PROVED),
    ("smu", "3√2·φ(√2)/4 + 1/4 + 3Φ(√2)/4", "alpha=1/4 mu=1", PROVED),
    ("smu1", "1", "alpha=1/4 mu=1", PROVED),
    ("crrelu", "101/100", "epsilon=1/100", PROVED),
    ("bipolar_sigmoid", "1/2", "", PROVED),
    ("scaled_tanh", "17159/15000", "a=17159/10000 b=2/3", PROVED),
    ("penalized_tanh", "1", "a=1/4", PROVED),
    ("arctan", "1", "", PROVED),
    ("error_function", "2/√π", "", PROVED),
    ("probit", "√2/(2√π)", "", PROVED),
    ("laplace", "100000√2/(56419√π)", "mu=707107/1000000 sigma=56419/200000", PROVED),
    ("elliott", "1/2", "", PROVED),
    ("scaled_softsign", "1", "alpha=1 c=1", PROVED),
    ("isru", "1", "a=1", PROVED),
    ("rootsig", "1/2", "a=1", PROVED),
    ("sqnl", "1", "", PROVED),
    ("smooth_step", "3/2", "a=1", PROVED),
    ("aranda_ordaz", "√3/9", "a=2", PROVED),
    ("hexpo", "1", "a=1 b=1 c=1 d=1", PROVED),
    ("sparse_sigmoid", "1/2", "", PROVED),
    ("affine_hardsigmoid", "1/5", "alpha=1/5 beta=1/2", PROVED),
    ("apa", "1/4", "lambd=1 kappa=1", PROVED),
    ("exponential", "∞", "", PROVED),
    ("arcsinh", "1", "", PROVED),
    ("symlog", "1", "", PROVED),
    ("symexp", "∞", "", PROVED),
    ("e_tanh", "∞", "a=1", CERTIFIED),
    ("colu", "1.082834600676145", "", CERTIFIED),
    ("tanhexp", "1.061975308717916", "", CERTIFIED),
    ("smish", "0.636884222881226", "alpha=1 beta=1", CERTIFIED),
    ("logish", "0.746311180412740", "", CERTIFIED),
    ("sinsig", "1.058888947433875", "", CERTIFIED),
    ("erfact", "1.091599394515419", "alpha=3/4 beta=3/4", CERTIFIED),
    ("tanhsoft2", "1.110186358747735", "beta=3/4 gamma=3/4", CERTIFIED),
    ("calu", "1", "", PROVED),
    ("golu", "1.113397275275677", "", CERTIFIED),
    ("loglogish", "1.114878311548679", "", CERTIFIED),
    ("self_arctan", "π/2", "", PROVED),
    ("polu", "3/2", "p=3/2", PROVED),
    ("sqrt_softplus", "0.319086343169476", "", CERTIFIED),
    ("loglog", "e^(−1)", "", PROVED),
    ("cloglog", "e^(−1)", "", PROVED),
    ("soft_clipping", "0.999999999972224", "a=50", CERTIFIED),
    ("hyper_sinh", "∞", "", PROVED),
    ("arctid", "1.823898559683142", "", CERTIFIED),
    ("gish", "0.752704571085669", "", CERTIFIED),
    ("sgelu", "2√2·φ(−√2) − 2Φ(−√2) + 1", "alpha=1", PROVED),
)

STATEMENTS = (
    # what the sheet leaves open: the bound of |f′|, and that nothing less will do
    ("sine",     "abs(D(sine(x), x)) <= 1 and Lim(D(sine(x), x), x, 0) == 1",        PROVED),
    ("siren",    "abs(D(siren(x), x)) <= 30 and Lim(D(siren(x), x), x, 0) == 30",    PROVED),
    ("cosine",   "abs(D(cosine(x), x)) <= 1 and Lim(D(cosine(x), x), x, pi/2) == 1", PROVED),
    ("snake",    "abs(D(snake(x), x)) <= 2 and Lim(D(snake(x), x), x, pi/4) == 2",   PROVED),
    ("cosid",    "abs(D(cosid(x), x)) <= 2 and Lim(D(cosid(x), x), x, pi/2) == -2",  PROVED),
    ("vlu",      "abs(D(vlu(x), x)) <= 2 and Lim(D(vlu(x), x), x, 2*pi) == 2",       PROVED),
    ("psoftplus", "abs(D(psoftplus(x), x)) <= 3/2 and Lim(D(psoftplus(x), x), x, oo) == 3/2", PROVED),
    ("sinc",     "abs(D(sinc(x), x)) <= 1.370306",                                   CERTIFIED),
    ("wave",     "abs(D(wave(x), x)) <= 1.380334",                                   CERTIFIED),
    ("sinlu",    "abs(D(sinlu(x), x)) <= 2.007971",                                  CERTIFIED),
    # chords of length π, as steep as one likes: there is no constant
    ("gcu",      "gcu(2*pi*n) - gcu(2*pi*n - pi) == (4*n - 1)*pi",                   PROVED),
    ("asu",      "asu(2*pi*n + pi/2) - asu(2*pi*n - pi/2) == 4*n*pi",                PROVED),
)

OF_VECTORS = (
    # in the maximum norm: the greatest sum over k of |∂fᵢ/∂xₖ|
    ("softmax",  "sum(abs(D(softmax(x, beta=beta)[i], x[k])), k) <= beta/2",         PROVED),
    ("softmin",  "sum(abs(D(softmin(x)[i], x[k])), k) <= 1/2",                       PROVED),
    ("log_softmax", "sum(abs(D(log_softmax(x)[i], x[k])), k) == 2 - 2*softmax(x)[i] < 2", PROVED),
    ("logsumexp", "sum(abs(D(logsumexp(x), x[k])), k) == 1",                         PROVED),
    ("logmeanexp", "sum(abs(D(logmeanexp(x, beta=beta), x[k])), k) == 1",            PROVED),
)

TOO_SMALL = (
    # bounds a little less than the constant: it is the least
    ("sinc",        "abs(D(sinc(x), x)) <= 1.370305"),
    ("wave",        "abs(D(wave(x), x)) <= 1.380333"),
    ("sinlu",       "abs(D(sinlu(x), x)) <= 2.007970"),
    ("softmax",     "sum(abs(D(softmax(x, beta=beta)[i], x[k])), k) <= 0.499999*beta"),
    ("softmin",     "sum(abs(D(softmin(x)[i], x[k])), k) <= 0.499999"),
    ("log_softmax", "sum(abs(D(log_softmax(x)[i], x[k])), k) <= 1.999999"),
)
# fmt: on


def _label(name: str) -> str:
    return f"lipschitz-{name.replace('_', '-')}"


def _entry(name: str, statement: str | Claim, grade: Grade, labels: str = "") -> Identity:
    title = f"the Lipschitz constant of {name}"
    return Identity(_label(name), title, statement, SOURCE, f"{name} lipschitz{labels}", grade)


ENTRIES: tuple[Identity, ...] = (
    *(
        _entry(name, Claim(name, "shape", "Lipschitz constant", constant, given), grade)
        for name, constant, given, grade in CONSTANTS
    ),
    *(_entry(name, statement, grade) for name, statement, grade in STATEMENTS),
    *(_entry(name, statement, grade, " vector") for name, statement, grade in OF_VECTORS),
    *(
        Identity(
            f"{_label(name)}-less",
            f"a Lipschitz constant of {name} that is a little less",
            statement,
            SOURCE,
            f"{name} lipschitz false",
            REFUTED,
            _label(name),
        )
        for name, statement in TOO_SMALL
    ),
)
