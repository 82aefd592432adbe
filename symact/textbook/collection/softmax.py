"""Softmax and the soft maxima, for vectors of symbolic length n."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
BRIDLE = "Bridle 1990, Training Stochastic Model Recognition Algorithms, §2"
BOYD = "Boyd & Vandenberghe 2004, Convex Optimization, §3.1.5"
GAO = "Gao & Pavel 2017, On the Properties of the Softmax Function, §3"
COVER = "Cover & Thomas 2006, Elements of Information Theory, §2.6 and §12.1"
BLANCHARD = "Blanchard, Higham & Higham 2021, Accurately computing the log-sum-exp and softmax functions, §2"

SCORE = "sum(softmax(x, beta=beta)[i]*x[i], i)"
DEVIATION = "x[i] - sum(softmax(x, beta=beta)[j]*x[j], j)"
RATIO = "softmax(x)[j]/softmax(y)[j]"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("softmin-entries", "the entries of softmin are positive and at most 1 (1 only for n = 1)", "0 < softmin(x)[i] <= 1", LECTURE, "L18 softmin inequality vector"),
    Identity("softmin-range", "for n ≥ 2 they fill (0, 1)", Claim("softmin", "vectors", "range of an output, n ≥ 2", "(0, 1)"), LECTURE, "L18 softmin vector"),
    Identity("softmin-sum", "the entries of softmin sum to 1", "sum(softmin(x)[j], j) == 1", LECTURE, "L18 softmin vector"),
    Identity("softmin-is-softmax", "softmin(x) = softmax(−x)", "softmin(x)[i] == softmax(-x)[i]", LECTURE, "L18 softmin softmax vector duplicate"),
    Identity("softmax-entries", "the entries of softmax are positive and at most 1", "0 < softmax(x, beta=beta)[i] <= 1", BRIDLE, "softmax inequality vector"),
    Identity("softmax-sum", "the entries of softmax sum to 1", "sum(softmax(x, beta=beta)[j], j) == 1", BRIDLE, "softmax vector"),
    Identity("softmax-temperature", "temperature is redundant with the scale of the weights", "softmax(x, beta=beta)[i] == softmax(beta*x)[i]", LECTURE, "L24 softmax vector relation"),
    Identity("softmax-argmax", "β → ∞: argmax for a unique maximum, 1/m for m tied maxima", Claim("softmax", "limits", "lim β → ∞ f[i]", "1/multiplicity(x, max(x)) if xᵢ = max(x), 0 otherwise"), LECTURE, "L25 softmax vector limit"),
    Identity("softmax-uniform", "β → 0: each entry tends to 1/n", Claim("softmax", "limits", "lim β → 0⁺ f[i]", "1/n"), LECTURE, "L26 softmax vector limit"),
    Identity("logmeanexp-mean", "β → 0: log-mean-exp tends to the mean", Claim("logmeanexp", "limits", "lim β → 0⁺ f", "(Σⱼ xⱼ)/n"), LECTURE, "L26 logmeanexp vector limit"),
    Identity("logmeanexp-maximum", "β → ∞: log-mean-exp tends to the maximum", Claim("logmeanexp", "limits", "lim β → ∞ f", "max(x)"), LECTURE, "L26 logmeanexp vector limit"),
    Identity("softmax-to-mean", "β → 0: the softmax itself tends to the mean of x", Claim("softmax", "limits", "lim β → 0⁺ f[i]", "(Σⱼ xⱼ)/n"), LECTURE, "L26 false softmax vector", REFUTED, "softmax-uniform"),
    Identity("softmax-shift", "softmax is shift invariant, so the maximum may be subtracted", "softmax(x + c)[i] == softmax(x)[i] and exp(beta*(x[i] - max(x)))/sum(exp(beta*(x[j] - max(x))), j) == softmax(x, beta=beta)[i]", LECTURE, "L27 softmax vector"),
    Identity("softmax-scale", "softmax is scale invariant", "softmax(lam*x)[i] == softmax(x)[i]", LECTURE, "L27 false softmax vector", REFUTED, "softmax-shift"),
    Identity("softmax-example", "softmax(1, 3, 0, 2) in four digits", "abs(exp(1)/(exp(1) + exp(3) + 1 + exp(2)) - 0.0871) < 0.00005 and abs(exp(3)/(exp(1) + exp(3) + 1 + exp(2)) - 0.6439) < 0.00005 and abs(1/(exp(1) + exp(3) + 1 + exp(2)) - 0.0321) < 0.00005 and abs(exp(2)/(exp(1) + exp(3) + 1 + exp(2)) - 0.2369) < 0.00005", LECTURE, "L28 softmax constant", CERTIFIED),
    Identity("softmax-example-digits", "softmax(1, 3, 0, 2) = (0.087, 0.644, 0.032, 0.24), all to three digits", "abs(exp(1)/(exp(1) + exp(3) + 1 + exp(2)) - 0.087) < 0.0005 and abs(exp(2)/(exp(1) + exp(3) + 1 + exp(2)) - 0.240) < 0.0005", LECTURE, "L28 false softmax constant", REFUTED, "softmax-example"),
    Identity("softmax-jacobian", "∂sᵢ/∂xₖ = β·sᵢ·(δᵢₖ − sₖ)", Claim("softmax", "vectors", "∂f[i]/∂x[k] with y = f(x)", "β·(δᵢₖ − yₖ)·yᵢ"), LECTURE, "L29 softmax vector equation"),
    Identity("softmax-jacobian-symmetric", "the Jacobian is symmetric", "D(softmax(x, beta=beta)[i], x[k]) == D(softmax(x, beta=beta)[k], x[i])", LECTURE, "L29 softmax vector"),
    Identity("softmax-rows", "the rows of the Jacobian sum to 0", "sum(D(softmax(x, beta=beta)[i], x[k]), k) == 0", LECTURE, "L29 softmax vector"),
    Identity("softmax-columns", "its columns sum to 0", "sum(D(softmax(x, beta=beta)[i], x[k]), i) == 0", LECTURE, "L29 softmax vector"),
    Identity("softmax-base", "another base b = e^a is only another temperature: with the extra factor log b in the derivative", "exp(beta*x[i])/sum(exp(beta*x[j]), j) == softmax(beta*x)[i] and D(exp(a*x), x) == a*exp(a*x)", LECTURE, "L29 softmax vector"),
    Identity("exp-clean", "e is used because the derivative is clean", "D(exp(x), x) == exp(x)", LECTURE, "L29 equation"),
    Identity("softmax-maximum-entropy", "entropy plus expected score, for any distribution (here softmax(y)), falls short of logsumexp(x) by a sum of terms e^w − 1 − w, w = log(s/q)", f"logsumexp(x) - sum(softmax(y)[j]*x[j], j) + sum(softmax(y)[j]*log(softmax(y)[j]), j) == sum(softmax(y)[j]*(exp(log({RATIO})) - 1 - log({RATIO})), j)", LECTURE, "L30 softmax vector duality"),
    Identity("gibbs-terms", "every such term is nonnegative (Gibbs' inequality)", "sum(softmax(y)[j]*(exp(z[j]) - 1 - z[j]), j) >= 0", COVER, "L30 softmax vector inequality", CERTIFIED),
    Identity("softmax-entropy-attained", "the bound is attained by the softmax itself", "sum(softmax(x)[j]*x[j], j) - sum(softmax(x)[j]*log(softmax(x)[j]), j) == logsumexp(x)", LECTURE, "L30 softmax vector duality"),
    Identity("softmax-stationary", "Lagrange: log sᵢ − βxᵢ is the same for every i", "log(softmax(x, beta=beta)[i]) - beta*x[i] == log(softmax(x, beta=beta)[k]) - beta*x[k]", LECTURE, "L30 softmax vector"),
    Identity("argmax-not-continuous", "argmax jumps: as a binary step of the difference of two entries", Claim("binary_step", "regularity", "smoothness", "discontinuous"), LECTURE, "L31 binary_step smoothness"),
    Identity("softmax-smooth", "softmax of two entries is the sigmoid of their difference, which is smooth", "exp(x)/(exp(x) + exp(y)) == sigmoid(x - y)", LECTURE, "L31 softmax sigmoid relation"),
    Identity("sigmoid-smooth", "and the sigmoid is C^∞", Claim("sigmoid", "regularity", "smoothness", "C^∞"), LECTURE, "L31 sigmoid smoothness"),
    Identity("log-softmax-lse", "log_softmax(x) = x − logsumexp(x)", "log_softmax(x)[i] == x[i] - logsumexp(x)", BLANCHARD, "log_softmax vector relation"),
    Identity("log-softmax-log", "log_softmax is the logarithm of softmax", "log_softmax(x)[i] == log(softmax(x)[i])", BLANCHARD, "log_softmax vector duplicate"),
    Identity("log-softmax-negative", "log_softmax is at most 0", "log_softmax(x)[i] <= 0", BLANCHARD, "log_softmax vector inequality"),
    Identity("lse-gradient", "the gradient of logsumexp is softmax", "D(logsumexp(x), x[i]) == softmax(x)[i]", BOYD, "logsumexp softmax vector equation"),
    Identity("lse-hessian-quadratic", "vᵀHv of logsumexp is the variance of v under softmax", "sum(softmax(x)[i]*y[i]**2, i) - sum(softmax(x)[i]*y[i], i)**2 == sum(softmax(x)[i]*(y[i] - sum(softmax(x)[j]*y[j], j))**2, i) >= 0", BOYD, "logsumexp vector duality"),
    Identity("lse-hessian", "∂²logsumexp/∂xᵢ∂xₖ is the Jacobian of softmax", "D(D(logsumexp(x), x[i]), x[k]) == D(softmax(x)[i], x[k])", BOYD, "logsumexp vector equation"),
    Identity("lse-bounds", "max ≤ logsumexp ≤ max + log n", "max(x) <= logsumexp(x) <= max(x) + log(n)", BOYD, "logsumexp vector inequality"),
    Identity("lse-above-entries", "logsumexp is above every entry", "logsumexp(x) >= x[i]", BOYD, "logsumexp vector inequality"),
    Identity("lse-below-maximum", "logsumexp is at most the maximum", "logsumexp(x) <= max(x)", BOYD, "false logsumexp vector", REFUTED, "lse-bounds"),
    Identity("lse-shift", "logsumexp(x + c) = logsumexp(x) + c", "logsumexp(x + c) == logsumexp(x) + c", BOYD, "logsumexp vector symmetry"),
    Identity("logmeanexp-lse", "logmeanexp = (logsumexp(βx) − log n)/β", "logmeanexp(x, beta=beta) == (logsumexp(beta*x) - log(n))/beta", LECTURE, "logmeanexp vector relation"),
    Identity("logmeanexp-bounds", "max − log(n)/β ≤ logmeanexp ≤ max", "max(x) - log(n)/beta <= logmeanexp(x, beta=beta) <= max(x)", LECTURE, "logmeanexp vector inequality"),
    Identity("score-variance", "the expected score grows with β, at the rate of its variance", f"D({SCORE}, beta) == sum(softmax(x, beta=beta)[i]*({DEVIATION})**2, i) >= 0", GAO, "softmax vector inequality"),
    Identity("softmax-pair", "sᵢ/sₖ = e^(β(xᵢ − xₖ))", "softmax(x, beta=beta)[i]/softmax(x, beta=beta)[k] == exp(beta*(x[i] - x[k]))", BRIDLE, "softmax vector relation"),
    Identity("softmax-entropy", "the entropy of softmax is logsumexp minus the expected score, and nonnegative", "-sum(softmax(x)[j]*log_softmax(x)[j], j) == logsumexp(x) - sum(softmax(x)[j]*x[j], j)", COVER, "softmax vector relation"),
    Identity("softmax-invariant-direction", "a gradient step along (1, …, 1) does not change softmax", Claim("softmax", "vectors", "Σ[k] ∂f[i]/∂x[k]", "0"), LECTURE, "L27 softmax vector"),
    Identity("softmax-inverts-log", "softmax(log_softmax(x)) = softmax(x)", "exp(log_softmax(x)[i])/sum(exp(log_softmax(x)[j]), j) == softmax(x)[i]", BLANCHARD, "softmax vector inverse"),
)
# fmt: on
