"""The logistic function, tanh and their logarithms: relations, differential equations, best constants."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
VERHULST = "Verhulst 1838"
DLMF = "NIST Digital Library of Mathematical Functions, §4.35"
MINAI = "Minai & Williams 1993, On the derivatives of the sigmoid, §2"
BOYD = "Boyd & Vandenberghe 2004, Convex Optimization, §3.3"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("tanh-is-sigmoid", "tanh is the sigmoid, stretched and shifted", "tanh(x) == 2*sigmoid(2*x) - 1", LECTURE, "L10 sigmoid tanh relation"),
    Identity("sigmoid-is-tanh", "the sigmoid by tanh", "sigmoid(x) == (1 + tanh(x/2))/2", DLMF, "L10 sigmoid tanh relation"),
    Identity("tanh-as-sigmoid-moved", "tanh is 'basically' the sigmoid, only with another range: 2σ(x) − 1", "tanh(x) == 2*sigmoid(x) - 1", LECTURE, "L10 false sigmoid tanh", REFUTED, "tanh-is-sigmoid"),
    Identity("tanh-range", "tanh lies in (−1, 1)", "-1 < tanh(x) < 1", LECTURE, "L10 tanh inequality"),
    Identity("tanh-odd", "tanh is centred on zero: odd", "tanh(-x) == -tanh(x)", LECTURE, "L10 tanh symmetry"),
    Identity("sigmoid-reflection", "σ(x) + σ(−x) = 1", "sigmoid(x) + sigmoid(-x) == 1", DLMF, "sigmoid symmetry"),
    Identity("sigmoid-range", "σ lies in (0, 1)", "0 < sigmoid(x) < 1", VERHULST, "sigmoid inequality"),
    Identity("sigmoid-logistic-equation", "σ′ = σ·(1 − σ)", "D(sigmoid(x), x) == sigmoid(x)*(1 - sigmoid(x))", VERHULST, "L9 sigmoid equation"),
    Identity("sigmoid-slope-product", "σ′ = σ(x)·σ(−x)", "D(sigmoid(x), x) == sigmoid(x)*sigmoid(-x)", MINAI, "sigmoid equation"),
    Identity("sigmoid-slope-sech", "σ′ = 1/(4·cosh²(x/2))", "D(sigmoid(x), x) == 1/(4*cosh(x/2)**2)", MINAI, "sigmoid equation"),
    Identity("sigmoid-slope-even", "σ′ is even", "sigmoid(x)*(1 - sigmoid(x)) == sigmoid(-x)*(1 - sigmoid(-x))", MINAI, "sigmoid symmetry"),
    Identity("sigmoid-second-derivative", "σ″ = σ(1 − σ)(1 − 2σ)", "D(sigmoid(x), x, 2) == sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))", MINAI, "sigmoid equation"),
    Identity("sigmoid-third-derivative", "σ‴ = σ′·(1 − 6σ + 6σ²)", "D(sigmoid(x), x, 3) == D(sigmoid(x), x)*(1 - 6*sigmoid(x) + 6*sigmoid(x)**2)", MINAI, "sigmoid equation"),
    Identity("sigmoid-fourth-derivative", "σ⁗ = σ′·(1 − 2σ)(1 − 12σ + 12σ²)", "D(sigmoid(x), x, 4) == D(sigmoid(x), x)*(1 - 2*sigmoid(x))*(1 - 12*sigmoid(x) + 12*sigmoid(x)**2)", MINAI, "sigmoid equation"),
    Identity("sigmoid-slope-bound", "0 < σ′ ≤ 1/4", "0 < D(sigmoid(x), x) <= 1/4", LECTURE, "L9 sigmoid inequality"),
    Identity("sigmoid-slope-bound-attained", "σ′ < 1/4 everywhere", "D(sigmoid(x), x) < 1/4", "a sharpening of the bound of L9", "L9 false sigmoid", REFUTED, "sigmoid-slope-bound"),
    Identity("sigmoid-saturates-right", "σ′ → 0 for x → ∞", "Lim(D(sigmoid(x), x), x, oo) == 0", LECTURE, "L9 sigmoid limit"),
    Identity("sigmoid-saturates-left", "σ′ → 0 for x → −∞", "Lim(D(sigmoid(x), x), x, -oo) == 0", LECTURE, "L9 sigmoid limit"),
    Identity("sigmoid-saturates-exponentially", "the gradient vanishes like e^(−|x|)", "D(sigmoid(x), x) < exp(-abs(x))", LECTURE, "L9 sigmoid inequality"),
    Identity("sigmoid-saturation-rate", "e^x·σ′(x) → 1", "Lim(exp(x)*D(sigmoid(x), x), x, oo) == 1", LECTURE, "L9 sigmoid limit"),
    Identity("sigmoid-odds", "the odds of σ are e^x", "sigmoid(x)/(1 - sigmoid(x)) == exp(x)", VERHULST, "sigmoid inverse"),
    Identity("sigmoid-logit", "logit is the inverse of σ", "log(sigmoid(x)/(1 - sigmoid(x))) == x", VERHULST, "sigmoid inverse"),
    Identity("sigmoid-of-sum", "addition theorem of σ", "sigmoid(x + y)*(sigmoid(x)*sigmoid(y) + sigmoid(-x)*sigmoid(-y)) == sigmoid(x)*sigmoid(y)", DLMF, "sigmoid relation"),
    Identity("sigmoid-increasing", "σ increases", "sigmoid(x + beta) > sigmoid(x)", VERHULST, "sigmoid inequality"),
    Identity("sigmoid-lipschitz", "|σ(x) − 1/2| ≤ |x|/4", "abs(sigmoid(x) - 1/2) <= abs(x)/4", LECTURE, "L9 sigmoid inequality", CERTIFIED),
    Identity("sigmoid-taylor", "σ is almost linear near 0: 1/2 + x/4 − x³/48 + O(x⁵)", Claim("sigmoid", "series", "Taylor expansion at 0", "1/2 + x/4 − x³/48 + x⁵/480 + O(x⁶)"), LECTURE, "L23 sigmoid series"),
    Identity("sigmoid-nearly-linear", "for x > 0 the line 1/2 + x/4 is off by at most x³/40", "0 <= (1/2 + relu(x)/4) - sigmoid(relu(x)) <= relu(x)**3/40", LECTURE, "L23 sigmoid inequality", CERTIFIED),
    Identity("sigmoid-linear-near-zero", "within |x| ≤ 1 the line is off by less than 0.019", "abs(sigmoid(hardtanh(x)) - 1/2 - hardtanh(x)/4) <= 0.019", LECTURE, "L23 sigmoid inequality", CERTIFIED),
    Identity("tanh-equation", "tanh′ = 1 − tanh²", "D(tanh(x), x) == 1 - tanh(x)**2", DLMF, "tanh equation"),
    Identity("tanh-second-derivative", "tanh″ = −2·tanh·(1 − tanh²)", "D(tanh(x), x, 2) == -2*tanh(x)*(1 - tanh(x)**2)", DLMF, "tanh equation"),
    Identity("tanh-slope-exponential", "1 − tanh² = 4e^(−2x)/(1 + e^(−2x))²", "1 - tanh(x)**2 == 4*exp(-2*x)/(1 + exp(-2*x))**2", DLMF, "tanh relation"),
    Identity("tanh-addition", "addition theorem of tanh", "tanh(x + y)*(1 + tanh(x)*tanh(y)) == tanh(x) + tanh(y)", "NIST Digital Library of Mathematical Functions, (4.35.3)", "tanh relation"),
    Identity("tanh-doubling", "tanh 2x = 2·tanh x/(1 + tanh² x)", "tanh(2*x) == 2*tanh(x)/(1 + tanh(x)**2)", DLMF, "tanh relation"),
    Identity("tanh-below-line", "|tanh x| ≤ |x|", "abs(tanh(x)) <= abs(x)", DLMF, "tanh inequality", CERTIFIED),
    Identity("tanh-approach", "1 − tanh x ~ 2e^(−2x)", "Lim(exp(2*x)*(1 - tanh(x)), x, oo) == 2", LECTURE, "L11 tanh limit"),
    Identity("softsign-approach", "1 − softsign x ~ 1/x", "Lim(x*(1 - softsign(x)), x, oo) == 1", LECTURE, "L11 softsign limit"),
    Identity("softsign-slower", "softsign stays further from its asymptote than tanh", "1 - softsign(relu(x)) >= 1 - tanh(relu(x))", LECTURE, "L11 softsign tanh inequality", CERTIFIED),
    Identity("softsign-approach-rate", "leading term of softsign's distance from 1", Claim("softsign", "asymptotics", "leading term of f(x) − 1 for x → ∞", "−1/x"), LECTURE, "L11 softsign limit"),
    Identity("softsign-slope", "softsign′ = 1/(1 + |x|)²", "D(softsign(x), x) == 1/(1 + abs(x))**2", "Glorot & Bengio 2010, §3", "softsign equation"),
    Identity("softsign-slope-from-output", "softsign′ = (1 − |y|)²", "D(softsign(x), x) == (1 - abs(softsign(x)))**2", "Glorot & Bengio 2010, §3", "softsign equation"),
    Identity("softsign-smoothness", "softsign is C¹, not C²", Claim("softsign", "regularity", "smoothness", "C¹, not C²"), "Glorot & Bengio 2010, §3", "softsign smoothness"),
    Identity("tanhshrink-slope", "(x − tanh x)′ = tanh² x", "D(tanhshrink(x), x) == tanh(x)**2", DLMF, "tanh tanhshrink equation"),
    Identity("tanhshrink-sign", "x·(x − tanh x) ≥ 0", "x*tanhshrink(x) >= 0", DLMF, "tanhshrink inequality", CERTIFIED),
    Identity("tanhshrink-taylor", "x − tanh x = x³/3 − 2x⁵/15 + …: Bernoulli numbers", Claim("tanhshrink", "series", "Taylor expansion at 0", "x³/3 − 2x⁵/15 + O(x⁶)"), "NIST Digital Library of Mathematical Functions, (4.33.3)", "tanhshrink series"),
    Identity("tanh-taylor", "tanh x = x − x³/3 + 2x⁵/15 + …: Bernoulli numbers", Claim("tanh", "series", "Taylor expansion at 0", "x − x³/3 + 2x⁵/15 + O(x⁶)"), "NIST Digital Library of Mathematical Functions, (4.33.3)", "tanh series"),
    Identity("tanh-taylor-above", "x − x³/3 is below tanh for x ≥ 0", "tanh(relu(x)) >= relu(x) - relu(x)**3/3", "NIST Digital Library of Mathematical Functions, (4.33.3)", "tanh series inequality", CERTIFIED),
    Identity("logsigmoid-is-softplus", "logsigmoid(x) = −softplus(−x): the block of which losses are built", "logsigmoid(x) == -softplus(-x)", LECTURE, "L17 logsigmoid softplus relation"),
    Identity("logsigmoid-complement", "log(1 − σ(x)) = −softplus(x)", "log(1 - sigmoid(x)) == -softplus(x)", LECTURE, "L17 logsigmoid softplus relation"),
    Identity("logsigmoid-difference", "logsigmoid(x) − logsigmoid(−x) = x", "logsigmoid(x) - logsigmoid(-x) == x", LECTURE, "L17 logsigmoid symmetry"),
    Identity("logsigmoid-slope", "logsigmoid′(x) = σ(−x)", "D(logsigmoid(x), x) == sigmoid(-x)", LECTURE, "L17 logsigmoid equation"),
    Identity("logsigmoid-negative", "logsigmoid is negative and below x", "logsigmoid(x) < min(0, x)", LECTURE, "L17 logsigmoid inequality"),
    Identity("logistic-loss", "cross entropy of a logit x with label y is softplus(x) − x·y", "-a*logsigmoid(x) - (1 - a)*logsigmoid(-x) == softplus(x) - a*x", "Bishop 2006, Pattern Recognition and Machine Learning, (4.90)", "L17 logsigmoid relation"),
    Identity("logcosh-is-softplus", "log cosh x = softplus(2x) − x − log 2", "log(cosh(x)) == softplus(2*x) - x - log(2)", DLMF, "softplus tanh relation"),
    Identity("logcosh-slope", "(log cosh)′ = tanh", "D(log(cosh(x)), x) == tanh(x)", DLMF, "tanh equation"),
    Identity("arctangents", "atan e^x + atan e^(−x) = π/2", "atan(exp(x)) + atan(exp(-x)) == pi/2", "NIST Digital Library of Mathematical Functions, (4.24.17)", "relation"),
    Identity("gudermannian-slope", "the Gudermannian 2·atan(tanh(x/2)) has slope 1/cosh", "D(2*atan(tanh(x/2)), x) == 1/cosh(x)", "NIST Digital Library of Mathematical Functions, §4.23(viii)", "tanh equation"),
)
# fmt: on
