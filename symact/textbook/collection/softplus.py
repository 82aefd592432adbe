"""The soft plus: a smooth rectifier, its inverse, conjugate and the best constants around it."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
DUGAS = "Dugas et al. 2001, Incorporating Second-Order Functional Knowledge"
BOYD = "Boyd & Vandenberghe 2004, Convex Optimization, §3.3"
BLONDEL = "Blondel, Martins & Niculae 2020, Learning with Fenchel–Young Losses, §3"
BARRON = "Barron 2021, Squareplus"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("softplus-limit-relu", "softplus → ReLU for β → ∞", "Lim(softplus(x, beta=beta), beta, oo) == relu(x)", LECTURE, "L2 softplus limit"),
    Identity("softplus-above-relu", "softplus lies above ReLU, by at most log(2)/β", "0 <= softplus(x, beta=beta) - relu(x) <= log(2)/beta", LECTURE, "L2 softplus inequality"),
    Identity("softplus-bound-attained", "the bound is attained at 0", "softplus(0, beta=beta) - relu(0) == log(2)/beta", LECTURE, "L2 softplus inequality"),
    Identity("softplus-bound-strict", "softplus − ReLU < log(2)/β", "softplus(x, beta=beta) - relu(x) < log(2)/beta", "a sharpening of the bound of L2", "L2 false softplus", REFUTED, "softplus-above-relu"),
    Identity("softplus-positive", "softplus is positive", "softplus(x, beta=beta) > 0", LECTURE, "L3 softplus inequality"),
    Identity("softplus-strictly-above-relu", "softplus is never ReLU", "softplus(x) > relu(x)", DUGAS, "softplus inequality"),
    Identity("softplus-slope", "softplus′ = σ", "D(softplus(x), x) == sigmoid(x)", DUGAS, "softplus sigmoid equation"),
    Identity("softplus-slope-beta", "softplus_β′(x) = σ(βx)", "D(softplus(x, beta=beta), x) == sigmoid(beta*x)", DUGAS, "softplus sigmoid equation"),
    Identity("softplus-curvature", "softplus″ = σ(1 − σ)", "D(softplus(x), x, 2) == sigmoid(x)*(1 - sigmoid(x))", DUGAS, "softplus sigmoid equation"),
    Identity("softplus-equation", "softplus solves f″ = f′(1 − f′)", "D(softplus(x), x, 2) == D(softplus(x), x)*(1 - D(softplus(x), x))", DUGAS, "softplus equation"),
    Identity("softplus-exponential-equation", "softplus′ = 1 − e^(−softplus)", "D(softplus(x), x) == 1 - exp(-softplus(x))", DUGAS, "softplus equation"),
    Identity("softplus-reflection", "softplus(x) − softplus(−x) = x", "softplus(x) - softplus(-x) == x", DUGAS, "softplus symmetry"),
    Identity("softplus-stable", "the stable form max(x, 0) + log1p(e^(−|x|))", "softplus(x) == max(x, 0) + log1p(exp(-abs(x)))", "Mächler 2012, Accurately computing log(1 − exp(−|a|))", "softplus lowering relation"),
    Identity("softplus-scaling", "softplus_β(x) = softplus(βx)/β", "softplus(x, beta=beta) == softplus(beta*x)/beta", DUGAS, "softplus relation"),
    Identity("softplus-inverse", "the inverse log(e^y − 1) for y > 0", "softplus(log(exp(beta) - 1)) == beta", DUGAS, "softplus inverse"),
    Identity("softplus-convex", "softplus is convex", "softplus((x + y)/2) <= (softplus(x) + softplus(y))/2", BOYD, "softplus inequality"),
    Identity("softplus-increasing", "softplus increases", "softplus(x + beta) > softplus(x)", DUGAS, "softplus inequality"),
    Identity("softplus-nonexpansive", "softplus grows by less than its argument", "softplus(x + beta) - softplus(x) < beta", DUGAS, "softplus inequality"),
    Identity("softplus-tangent", "softplus lies above its tangent at 0", "softplus(x) >= log(2) + x/2", BOYD, "softplus inequality"),
    Identity("softplus-tangent-anywhere", "Fenchel–Young: softplus(x) + softplus*(p) ≥ p·x, with p = σ(y)", "softplus(x) + sigmoid(y)*log(sigmoid(y)) + (1 - sigmoid(y))*log(1 - sigmoid(y)) - sigmoid(y)*x == softplus(x) - softplus(y) - sigmoid(y)*(x - y)", BLONDEL, "softplus duality"),
    Identity("softplus-conjugate", "the conjugate of softplus is the negative binary entropy: attained at p = σ(x)", "x*sigmoid(x) - softplus(x) == sigmoid(x)*log(sigmoid(x)) + (1 - sigmoid(x))*log(1 - sigmoid(x))", BLONDEL, "softplus duality"),
    Identity("softplus-conjugate-maximum", "p·x − softplus(x) has its maximum where σ(x) = p: the slope vanishes there and the function is concave", "D(a*x - softplus(x), x) == a - sigmoid(x) and D(a*x - softplus(x), x, 2) < 0", BLONDEL, "softplus duality"),
    Identity("softplus-entropy-bounds", "the binary entropy softplus(x) − x·σ(x) lies in (0, log 2]", "0 < softplus(x) - x*sigmoid(x) <= log(2)", BLONDEL, "softplus inequality duality", CERTIFIED),
    Identity("softplus-log-sigmoid-sum", "softplus(x) + softplus(−x) ≥ 2·log 2", "softplus(x) + softplus(-x) >= 2*log(2)", BOYD, "softplus inequality"),
    Identity("softplus-taylor", "softplus = log 2 + x/2 + x²/8 − x⁴/192 + …: Bernoulli numbers", Claim("softplus", "series", "Taylor expansion at 0", "log(2) + x/2 + x²/8 − x⁴/192 + O(x⁶)", "beta=1"), DUGAS, "softplus series"),
    Identity("softplus-taylor-below", "softplus ≤ log 2 + x/2 + x²/8", "softplus(x) <= log(2) + x/2 + x**2/8", "Jaakkola & Jordan 2000, Bayesian parameter estimation via variational methods, §2", "softplus inequality series", CERTIFIED),
    Identity("softplus-small-beta", "softplus_β − log(2)/β → x/2 for β → 0", "Lim(softplus(x, beta=beta) - log(2)/beta, beta, 0) == x/2", DUGAS, "softplus limit"),
    Identity("softplus-left-tail", "softplus ~ e^x for x → −∞", "Lim(exp(-x)*softplus(x), x, -oo) == 1", DUGAS, "softplus limit"),
    Identity("softplus-below-exponential", "softplus < e^x", "softplus(x) < exp(x)", DUGAS, "softplus inequality", CERTIFIED),
    Identity("softplus-threshold", "torch's softplus, the identity for βx > 20, is off by less than 2.07·10⁻⁹", "softplus(20 + beta) - (20 + beta) < 2.07/10**9", "torch.nn.Softplus documentation", "softplus inequality framework", CERTIFIED),
    Identity("softplus-threshold-exact", "torch's softplus is exact for βx > 20", "softplus(20 + beta) == 20 + beta", "torch.nn.Softplus documentation", "false softplus framework", REFUTED, "softplus-threshold"),
    Identity("squareplus-reflection", "squareplus(x) − squareplus(−x) = x", "(x + sqrt(x**2 + 4))/2 - (-x + sqrt(x**2 + 4))/2 == x", BARRON, "squareplus symmetry"),
    Identity("squareplus-product", "squareplus(x)·squareplus(−x) = b/4", "(x + sqrt(x**2 + beta))/2*(-x + sqrt(x**2 + beta))/2 == beta/4", BARRON, "squareplus relation"),
    Identity("squareplus-slope", "squareplus′ = (1 + x/√(x² + b))/2", "D((x + sqrt(x**2 + beta))/2, x) == (1 + x/sqrt(x**2 + beta))/2", BARRON, "squareplus equation"),
    Identity("squareplus-match", "with b = 4·log² 2 squareplus(0) = softplus(0)", "sqrt(4*log(2)**2)/2 == softplus(0)", BARRON, "squareplus constant"),
)
# fmt: on
