"""ELU, CELU and SELU: how they re-parametrise each other, smoothness, fixed points of moments."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
CLEVERT = "Clevert, Unterthiner & Hochreiter 2016, §3"
BARRON = "Barron 2017, Continuously Differentiable Exponential Linear Units"
KLAMBAUER = "Klambauer et al. 2017, Self-Normalizing Neural Networks, §2"
ONNX = "ONNX operator Elu; onnxruntime #6906"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("elu-by-max-min", "ELU as the lecture writes it, with the parenthesis closed", "elu(x, alpha=beta) == max(0, x) + min(0, beta*(exp(x) - 1))", LECTURE, "L5 elu relation"),
    Identity("elu-below-zero", "ELU goes below 0, but not below −α", "elu(x, alpha=beta) > -beta and elu(-lam, alpha=beta) < 0", LECTURE, "L5 elu inequality"),
    Identity("elu-range", "ELU fills (−α, ∞)", Claim("elu", "shape", "range", "(−α, ∞)"), LECTURE, "L5 elu range"),
    Identity("elu-limit", "ELU → −α", "Lim(elu(x, alpha=beta), x, -oo) == -beta", LECTURE, "L5 elu limit"),
    Identity("elu-mean", "the mean of ELU(Z) in closed form", "E(elu(x, alpha=beta), x) == 1/sqrt(2*pi) - beta/2 + beta*exp(1/2)*Phi(-1)", LECTURE, "L5 elu moment"),
    Identity("elu-mean-zero", "the mean of ELU(Z) is 0 for α = 1", "E(elu(x), x) == 0", LECTURE, "L5 false elu moment", REFUTED, "selu-mean"),
    Identity("elu-mean-value", "the mean of ELU(Z) is 0.1605 for α = 1", Claim("elu", "moments", "E f(Z)", "0.16052", "alpha=1"), LECTURE, "L5 elu moment"),
    Identity("selu-is-elu", "SELU is a multiple of ELU", "selu(x) == selu(1)*elu(x, alpha=sqrt(2/pi)/(1 - exp(1/2)*erfc(1/sqrt(2))))", LECTURE, "L6 selu elu relation"),
    Identity("celu-is-elu", "CELU_α(x) = α·ELU₁(x/α)", "celu(x, alpha=beta) == beta*elu(x/beta)", LECTURE, "L6 celu elu relation"),
    Identity("celu-only-elu", "CELU is ELU with its own α", "celu(x, alpha=2) == elu(x, alpha=2)", LECTURE, "L6 false celu elu", REFUTED, "celu-is-elu"),
    Identity("celu-branches", "CELU: α·ELU₁(x/α) below 0, the identity above", "celu(-beta, alpha=lam) == lam*elu(-beta/lam) and celu(beta, alpha=lam) == beta", LECTURE, "L6 celu elu relation"),
    Identity("celu-smoothness", "CELU is C¹ for every α", Claim("celu", "regularity", "smoothness", "C¹, not C²"), BARRON, "L6 celu smoothness"),
    Identity("elu-smoothness", "ELU is C¹ only for α = 1", Claim("elu", "regularity", "smoothness", "C⁰, not C¹, unless α = 1: then C¹, not C²"), LECTURE, "L6 elu smoothness"),
    Identity("elu-smooth-always", "ELU is C¹ for every α (as a limit of a Piecewise would have it)", Claim("elu", "regularity", "smoothness", "C¹, not C²"), "sympy #27236", "L6 false elu smoothness", REFUTED, "elu-smoothness"),
    Identity("elu-celu-one", "ELU and CELU agree for α = 1", "elu(x) == celu(x)", BARRON, "elu celu duplicate"),
    Identity("elu-from-output", "ELU′ = ELU + α for x < 0", "D(elu(-exp(y), alpha=beta), y) == -exp(y)*(elu(-exp(y), alpha=beta) + beta)", CLEVERT, "elu equation"),
    Identity("elu-derivative", "ELU′ = min(1, e^x) for α = 1", "D(elu(x), x) == min(1, exp(x))", CLEVERT, "elu derivative"),
    Identity("celu-derivative", "CELU′ = min(1, e^(x/α))", "D(celu(x, alpha=beta), x) == min(1, exp(x/beta))", BARRON, "celu derivative"),
    Identity("elu-negative-alpha", "max(0, x) + min(0, α(e^x − 1)) is the ELU for negative α too", "max(0, x) + min(0, -(exp(x) - 1)) == max(0, x) - min(0, exp(x) - 1)", ONNX, "false elu framework", REFUTED, "elu-by-max-min"),
    Identity("elu-above-relu", "ELU ≤ ReLU", "elu(x, alpha=beta) <= relu(x)", CLEVERT, "elu inequality"),
    Identity("elu-above-line", "ELU₁(x) ≥ x", "elu(x) >= x", CLEVERT, "elu inequality", CERTIFIED),
    Identity("elu-monotone", "ELU increases", "elu(x + lam, alpha=beta) > elu(x, alpha=beta)", CLEVERT, "elu inequality"),
    Identity("celu-limit-relu", "CELU → ReLU for α → 0", "Lim(celu(x, alpha=beta), beta, 0) == relu(x)", BARRON, "celu limit"),
    Identity("celu-limit-identity", "CELU → x for α → ∞", "Lim(celu(x, alpha=beta), beta, oo) == x", BARRON, "celu limit"),
    Identity("elu-limit-relu", "ELU → ReLU for α → 0", "Lim(elu(x, alpha=beta), beta, 0) == relu(x)", CLEVERT, "elu limit"),
    Identity("selu-mean", "E SELU(Z) = 0", "E(selu(x), x) == 0", KLAMBAUER, "L5 selu moment"),
    Identity("selu-second-moment", "E SELU(Z)² = 1", "E(selu(x)**2, x) == 1", KLAMBAUER, "selu moment"),
    Identity("selu-alpha", "SELU's α, published to 31 digits", "abs(sqrt(2/pi)/(1 - exp(1/2)*erfc(1/sqrt(2))) - 1.6732632423543772848170429916717) < 5/10**32", KLAMBAUER, "selu constant", CERTIFIED),
    Identity("selu-scale", "SELU's scale, published to 31 digits", "abs(selu(1) - 1.0507009873554804934193349852946) < 5/10**32", KLAMBAUER, "selu constant", CERTIFIED),
    Identity("selu-product", "scale·α as TensorFlow has it", "abs(selu(1)*sqrt(2/pi)/(1 - exp(1/2)*erfc(1/sqrt(2))) - 1.7580993408473768599402175208123) < 5/10**32", "tensorflow/core/kernels/relu_op_functor.h", "selu constant", CERTIFIED),
    Identity("selu-onnx", "ONNX's α is SELU's α", "sqrt(2/pi)/(1 - exp(1/2)*erfc(1/sqrt(2))) == 1.67326319217681884765625", "onnx/defs/math/defs.cc", "false selu constant", REFUTED, "selu-alpha"),
    Identity("selu-variance-attracts", "the variance map at the fixed point: d/ds E SELU(√s·Z)² = E[SELU·SELU′·Z] < 1 at s = 1, so it attracts", "0 < E(selu(x)*D(selu(x), x)*x, x) < 1", KLAMBAUER, "selu moment fixed-point", CERTIFIED),
    Identity("selu-mean-attracts", "the mean map at the fixed point: d/dm E SELU(m + Z) = E SELU′ < 1", "0 < E(D(selu(x), x), x) < 1", KLAMBAUER, "selu moment fixed-point", CERTIFIED),
    Identity("selu-lipschitz", "SELU is not a contraction itself", Claim("selu", "shape", "Lipschitz constant", "1.758099340847376860"), KLAMBAUER, "selu lipschitz"),
)
# fmt: on
