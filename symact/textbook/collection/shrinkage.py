"""Shrinkage as proximal operators; projections, envelopes and conjugates."""

from symact.textbook.claims import Claim
from symact.textbook.identity import REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
PARIKH = "Parikh & Boyd 2014, Proximal Algorithms, §2.5 and §6.5"
MOREAU = "Moreau 1965, Proximité et dualité dans un espace hilbertien"
DONOHO = "Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage, §2"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("softshrink-gradient-l1", "softshrink is the gradient of the ℓ₁ norm", "softshrink(x, lambd=lam) == D(lam*abs(x), x)", LECTURE, "L14 false softshrink", REFUTED, "softshrink-proximal"),
    Identity("softshrink-proximal", "softshrink is the proximal operator of λ|·|: it minimises λ|y| + (y − x)²/2", "lam*abs(softshrink(x, lambd=lam)) + (softshrink(x, lambd=lam) - x)**2/2 <= lam*abs(y) + (y - x)**2/2", LECTURE, "L14 L15 softshrink duality"),
    Identity("l1-gradient", "the gradient of λ|x| is λ·sign(x)", "D(lam*abs(x), x) == lam*sign(x)", LECTURE, "L14 derivative"),
    Identity("huber-gradient", "x − softshrink(x) is the gradient of the Huber envelope", "D(lam*abs(softshrink(x, lambd=lam)) + (softshrink(x, lambd=lam) - x)**2/2, x) == x - softshrink(x, lambd=lam)", LECTURE, "L14 softshrink duality"),
    Identity("softshrink-moreau", "Moreau: softshrink and the projection on [−λ, λ] add to x", "softshrink(x, lambd=lam) + hardtanh(x, min_val=-lam, max_val=lam) == x", MOREAU, "L14 L15 softshrink duality"),
    Identity("softshrink-shrinks", "softshrink shrinks by the constant λ towards 0", "abs(softshrink(x, lambd=lam)) == relu(abs(x) - lam)", LECTURE, "L15 softshrink relation"),
    Identity("softshrink-zero", "softshrink is 0 near 0", "softshrink(lam*tanh(x), lambd=lam) == 0", LECTURE, "L15 softshrink"),
    Identity("softshrink-ista", "a step of ISTA: one gradient step of (x − b)²/2 with step 1, then the proximal step, solves the lasso in one dimension", "(softshrink(b, lambd=lam) - b)**2/2 + lam*abs(softshrink(b, lambd=lam)) <= (x - b)**2/2 + lam*abs(x)", LECTURE, "L15 softshrink duality"),
    Identity("softshrink-by-sign", "softshrink = sign(x)·relu(|x| − λ)", "softshrink(x, lambd=lam) == sign(x)*relu(abs(x) - lam)", DONOHO, "softshrink relation"),
    Identity("softshrink-by-relus", "softshrink = relu(x − λ) − relu(−x − λ)", "softshrink(x, lambd=lam) == relu(x - lam) - relu(-x - lam)", DONOHO, "softshrink relation"),
    Identity("softshrink-nonexpansive", "softshrink is 1-Lipschitz", "abs(softshrink(x, lambd=lam) - softshrink(y, lambd=lam)) <= abs(x - y)", PARIKH, "softshrink inequality lipschitz"),
    Identity("softshrink-additive", "softshrinks compose: λ adds", "softshrink(softshrink(x, lambd=lam), lambd=beta) == softshrink(x, lambd=lam + beta)", PARIKH, "softshrink relation"),
    Identity("softshrink-odd", "softshrink is odd", "softshrink(-x, lambd=lam) == -softshrink(x, lambd=lam)", DONOHO, "softshrink symmetry"),
    Identity("softshrink-limit", "λ → 0: the identity", "Lim(softshrink(x, lambd=lam), lam, 0) == x", DONOHO, "softshrink limit"),
    Identity("hardshrink-proximal", "hardshrink is the proximal operator of (λ²/2)·‖·‖₀", "lam**2/2*abs(sign(hardshrink(x, lambd=lam))) + (hardshrink(x, lambd=lam) - x)**2/2 <= lam**2/2*abs(sign(y)) + (y - x)**2/2", LECTURE, "L16 hardshrink duality"),
    Identity("hardshrink-proximal-l1", "hardshrink is the proximal operator of λ|·|", "lam*abs(hardshrink(x, lambd=lam)) + (hardshrink(x, lambd=lam) - x)**2/2 <= lam*abs(y) + (y - x)**2/2", LECTURE, "L16 false hardshrink", REFUTED, "hardshrink-proximal"),
    Identity("hardshrink-jumps", "hardshrink jumps by λ at λ", Claim("hardshrink", "regularity", "jump at x = λ (from the left, value, from the right)", "(0, 0, λ)"), DONOHO, "L16 hardshrink smoothness"),
    Identity("hardshrink-idempotent", "hardshrink∘hardshrink = hardshrink", "hardshrink(hardshrink(x, lambd=lam), lambd=lam) == hardshrink(x, lambd=lam)", DONOHO, "hardshrink projection"),
    Identity("hardshrink-softshrink", "hardshrink = softshrink + λ·sign(softshrink)", "hardshrink(x, lambd=lam) == softshrink(x, lambd=lam) + lam*sign(softshrink(x, lambd=lam))", DONOHO, "hardshrink softshrink relation"),
    Identity("relu-moreau", "Moreau for a cone: x = relu(x) − relu(−x), and the parts are orthogonal", "relu(x) - relu(-x) == x and relu(x)*relu(-x) == 0", MOREAU, "relu duality"),
    Identity("relu-proximal", "the proximal operator of λ·relu is relu(x − λ) − relu(−x)", "lam*relu(relu(x - lam) - relu(-x)) + (relu(x - lam) - relu(-x) - x)**2/2 <= lam*relu(y) + (y - x)**2/2", PARIKH, "relu duality projection"),
    Identity("threshold-relu", "threshold(x, 0, 0) is ReLU", "threshold(x, threshold=0, value=0) == relu(x)", "torch.nn documentation", "threshold relu duplicate"),
)
# fmt: on
