"""The same function under several names, in the literature and in the frameworks."""

import re

from symact.textbook.identity import CERTIFIED, REFUTED, Identity

SCAN = "symact, derived: the scan of the catalogue for duplicates (symact.textbook.recognition)"
SURVEY = "Kunc & Kléma 2024, Three Decades of Activations, arXiv:2402.09092"

# fmt: off
FORMS = (
    ("celu", "elu(x)"),
    ("silu", "851*gelu_sigmoid(500*x/851)/500"),
    ("swish", "silu(x)"),
    ("acon_b", "silu(-3*x/4) + x"),
    ("acon_c", "silu(x)"),
    ("sgelu", "2*gelu(x) - x"),
    ("e_swish", "3*silu(x)/2"),
    ("aglu", "silu(x)"),
    ("loglogish", "golu(-x) + x"),
    ("lisht", "silu(2*x) - x"),
    ("pelu", "elu(x)"),
    ("mpelu", "elu(x)"),
    ("reu", "serlu(x, scale=1, alpha=1)"),
    ("preu", "reu(x)"),
    ("siren", "sine(30*x)"),
    ("snake", "cosine(2*x)/2 + x"),
    ("cosid", "-cosine(x) - x + 1"),
    ("delay_relu", "2*shifted_relu(-25*x/2)/25 + x"),
    ("bounded_leaky_relu", "99*bounded_relu(x)/100 + x/100"),
    ("vrelu", "2*shifted_relu(x - 1) - x + 2"),
    ("hat", "tent(x - 1)"),
    ("dprelu", "99*vrelu(x)/200 + 101*x/200"),
    ("frelu", "delay_relu(x, a=0)"),
    ("shilu", "frelu(x)"),
    ("rprelu", "dprelu(x, a=1, b=1/4)"),
    ("squ", "square(x) + x"),
    ("star_relu", "559*relu_squared(x)/625 - 559/1250"),
    ("sqreu", "hard_mish(x)"),
    ("bfire", "2*sqlu(x - 1) - x + 3/2"),
    ("identity", "dprelu(x, a=1, b=1)"),
    ("relu", "frelu(x)"),
    ("leaky_relu", "dprelu(x)"),
    ("prelu", "rprelu(x)"),
    ("rrelu", "prelu(x, a=11/48)"),
    ("relu6", "bounded_relu(x, bound=6)"),
    ("softshrink", "shrink(x, lambd=1/2, bias=1/2)"),
    ("hardshrink", "shrink(x)"),
    ("sigmoid", "-tanhshrink(x/2)/2 + x/4 + 1/2"),
    ("tanh", "-tanhshrink(x) + x"),
    ("hardsigmoid", "relu6(x + 3)/6"),
    ("softplus", "-logsigmoid(-x)"),
    ("chebyshev", "4*square(x)/(3*pi) + x/2 + 1/(3*pi)"),
    ("sparse_plus", "sqlu(x - 1) + 1"),
    ("smelu", "sparse_plus(x)"),
    ("psoftplus", "3*softplus(x)/2 - 3*log(2)/2"),
    ("softplusplus", "softplus(x) + x/2 - log(2)"),
    ("bent_identity", "squareplus(2*x)/2 + x/2 - 1/2"),
    ("smu1", "bent_identity(3*x/4) - x/8 + 1/2"),
    ("bipolar_sigmoid", "tanh(x/2)"),
    ("scaled_tanh", "17159*tanh(2*x/3)/10000"),
    ("laplace", "probit(200000*x/56419 - 707107/282095)"),
    ("elliott", "softsign(x)/2 + 1/2"),
    ("scaled_softsign", "softsign(x)"),
    ("cloglog", "1 - loglog(-x)"),
    ("sparse_sigmoid", "hardtanh(x)/2 + 1/2"),
    ("affine_hardsigmoid", "softshrink(-x/5) + x/5 + 1/2"),
    ("apa", "sigmoid(x)"),
)
# fmt: on
"""Entries of the catalogue and the simplest form that each has, at its defaults, in terms of an entry before it."""


def _of_form(name: str, form: str) -> Identity:
    (other,) = re.findall(r"[a-z]\w*(?=\(.*x)", form)[:1]
    return Identity(
        f"{name.replace('_', '-')}-form",
        f"{name} is {form}",
        f"{name}(x) == {form}",
        SCAN,
        f"duplicate {name} {other}",
    )


# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("sielu", "SiELU is gelu_tanh", "x*sigmoid(2*sqrt(2/pi)*(x + 0.044715*x**3)) == gelu_tanh(x)", SURVEY, "duplicate gelu_tanh"),
    Identity("lisht", "LiSHT, x·tanh x, is SiLU(2x) − x", "x*tanh(x) == silu(2*x) - x", SURVEY, "duplicate silu"),
    Identity("sgelu", "SGELU, x·erf(x/√2), is 2·GELU − x", "x*erf(x/sqrt(2)) == 2*gelu(x) - x", SURVEY, "duplicate gelu"),
    Identity("eanaf", "EANAF, x·e^x/(e^x + 2), is x·σ(x − log 2)", "x*exp(x)/(exp(x) + 2) == x*sigmoid(x - log(2))", SURVEY, "duplicate sigmoid"),
    Identity("scaled-sigmoid", "the scaled sigmoid 4σ(x) − 2 is 2·tanh(x/2)", "4*sigmoid(x) - 2 == 2*tanh(x/2)", SURVEY, "duplicate sigmoid tanh"),
    Identity("elliott", "Elliott's function is (softsign + 1)/2", "x/2/(1 + abs(x)) + 1/2 == (softsign(x) + 1)/2", SURVEY, "duplicate softsign"),
    Identity("pflu", "PFLU, x·(1 + x/√(1 + x²))/2, is (x + x·isru)/2", "x*(1 + x/sqrt(1 + x**2))/2 == (x + x**2/sqrt(1 + x**2))/2", SURVEY, "duplicate"),
    Identity("bipolar-sigmoid", "the bipolar sigmoid (1 − e^(−x))/(1 + e^(−x)) is tanh(x/2)", "(1 - exp(-x))/(1 + exp(-x)) == tanh(x/2)", SURVEY, "duplicate tanh"),
    Identity("swish-silu", "swish with β = 1 is SiLU", "swish(x, beta=1) == silu(x)", SURVEY, "duplicate swish silu"),
    Identity("quick-gelu-silu", "quick GELU is a scaled SiLU", "gelu_sigmoid(x) == silu(1.702*x)/1.702", SURVEY, "duplicate gelu_sigmoid silu"),
    Identity("rrelu-prelu", "RReLU in evaluation is PReLU with the mean slope", "rrelu(x, lower=1/8, upper=1/3) == prelu(x, a=11/48)", SURVEY, "duplicate rrelu prelu"),
    Identity("leaky-prelu", "LeakyReLU is PReLU with a fixed slope", "leaky_relu(x, negative_slope=a) == prelu(x, a=a)", SURVEY, "duplicate leaky_relu prelu"),
    Identity("relu6-hardtanh", "ReLU6 is a hardtanh", "relu6(x) == hardtanh(x, min_val=0, max_val=6)", SURVEY, "duplicate relu6 hardtanh"),
    Identity("sparse-sigmoid", "JAX's sparse_sigmoid is BinaryConnect's hard sigmoid, a hardtanh", "min(max((x + 1)/2, 0), 1) == (hardtanh(x) + 1)/2", "jax.nn.sparse_sigmoid; Courbariaux et al. 2015, §2.3", "duplicate hardtanh"),
    Identity("sparse-plus", "JAX's sparse_plus has slope sparse_sigmoid", "D((relu(x + 1)**2 - relu(x - 1)**2)/4, x) == min(max((x + 1)/2, 0), 1)", "jax.nn.sparse_plus", "equation"),
    Identity("log-sigmoid-onednn", "oneDNN's logsigmoid is soft_relu with α = −1", "logsigmoid(x) == log(1 + exp(-1*x))/(-1)", "oneDNN, doc/primitives/eltwise.md", "duplicate logsigmoid softplus"),
    Identity("snake", "Snake, x + (1 − cos 2ax)/(2a), has slope 1 + sin 2ax ≥ 0", "D(x + (1 - cos(2*beta*x))/(2*beta), x) == 1 + sin(2*beta*x)", "Ziyin, Hartwig & Ueda 2020, §3", "equation"),
    Identity("serf-slope", "Serf, x·erf(softplus x), has slope erf(sp) + 2x·σ·e^(−sp²)/√π", "D(x*erf(softplus(x)), x) == erf(softplus(x)) + 2/sqrt(pi)*x*exp(-softplus(x)**2)*sigmoid(x)", "Nag & Bhattacharyya 2021, §3", "equation"),
    Identity("bent-slope", "the bent identity has slope 1 + x/(2√(x² + 1))", "D((sqrt(x**2 + 1) - 1)/2 + x, x) == 1 + x/(2*sqrt(x**2 + 1))", SURVEY, "equation"),
    Identity("isru-slope", "ISRU's slope is (y/x)³", "D(x/sqrt(1 + beta*x**2), x) == 1/sqrt(1 + beta*x**2)**3", "Carlile et al. 2017, §2", "equation"),
    Identity("mish-swish", "Mish is a swish", "mish(x) == swish(x, beta=1)", SURVEY, "false mish swish", REFUTED, "mish-rational"),
    Identity("eanaf-entry", "the catalogue's EANAF is x·σ(x − log 2)", "eanaf(x) == x*sigmoid(x - log(2))", SURVEY, "duplicate eanaf sigmoid"),
    Identity("elliott-entry", "the catalogue's Elliott function is (softsign + 1)/2", "elliott(x) == (softsign(x) + 1)/2", SURVEY, "duplicate elliott softsign"),
    Identity("sparse-plus-entry", "sparse_plus is an integral of sparse_sigmoid", "D(sparse_plus(x), x) == sparse_sigmoid(x)", "jax.nn.sparse_plus", "sparse_plus sparse_sigmoid equation"),
    Identity("sparse-sigmoid-entry", "sparse_sigmoid is a hardtanh", "sparse_sigmoid(x) == (hardtanh(x) + 1)/2", "jax.nn.sparse_sigmoid", "duplicate sparse_sigmoid hardtanh"),
    Identity("e-swish-entry", "E-swish is a multiple of SiLU", "e_swish(x, beta=2) == 2*silu(x)", SURVEY, "duplicate e_swish silu"),
    Identity("probit-entry", "the probit activation is Φ, the error function 2Φ(√2·x) − 1", "probit(x) == Phi(x) and error_function(x) == 2*Phi(sqrt(2)*x) - 1", SURVEY, "duplicate probit error_function normal"),
    Identity("snake-entry", "Snake by a squared sine", "snake(x, a=beta) == x + sin(beta*x)**2/beta", "Ziyin, Hartwig & Ueda 2020, §3", "duplicate snake"),
    Identity("sigmoid-derivative-entry", "the activation σ′ is the slope of σ", "sigmoid_derivative(x) == D(sigmoid(x), x)", SURVEY, "duplicate sigmoid_derivative sigmoid"),
    Identity("squareplus-entry", "squareplus lies above ReLU, by at most √b/2 = 1", "0 < squareplus(x) - relu(x) <= 1", "Barron 2021, Squareplus", "squareplus inequality", CERTIFIED),
    Identity("crelu-sum", "the halves of CReLU differ by x", "relu(x) - relu(-x) == x", "Shang et al. 2016, §2", "duplicate relu"),
    *(_of_form(name, form) for name, form in FORMS),
)
# fmt: on
