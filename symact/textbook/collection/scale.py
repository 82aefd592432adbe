"""Zooming out and in: f(λx)/λ for λ → ∞ and λ → 0, and the limits of compositions."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
OUT = "lim λ → ∞ f(λx)/λ"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    *(
        Identity(f"zoom-out-{name.replace('_', '-')}", f"far away {name} is {seen}", Claim(name, "scaling", OUT, seen), LECTURE, f"L22 {name} limit scale")
        for name, seen in (
            ("softplus", "max(0, x)"),
            ("gelu", "max(0, x)"),
            ("gelu_tanh", "max(0, x)"),
            ("silu", "max(0, x)"),
            ("mish", "max(0, x)"),
            ("elu", "max(0, x)"),
            ("celu", "max(0, x)"),
            ("tanh", "0"),
            ("softsign", "0"),
        )
    ),
    Identity("zoom-out-formula", "the same for softplus as a limit in a parameter", "Lim(softplus(lam*x)/lam, lam, oo) == relu(x)", LECTURE, "L22 softplus limit scale"),
    Identity("zoom-in-tanh", "near 0 tanh is its linearisation", "Lim(tanh(lam*x)/lam, lam, 0) == x", LECTURE, "L22 tanh limit scale"),
    Identity("zoom-in-gelu", "near 0 GELU is x/2", "Lim(gelu(lam*x)/lam, lam, 0) == x/2", LECTURE, "L22 gelu limit scale"),
    Identity("zoom-in-silu", "near 0 SiLU is x/2", "Lim(silu(lam*x)/lam, lam, 0) == x/2", LECTURE, "L22 silu limit scale"),
    Identity("zoom-in-mish", "near 0 Mish is 3x/5", "Lim(mish(lam*x)/lam, lam, 0) == 3*x/5", LECTURE, "L22 mish limit scale"),
    Identity("zoom-in-softplus", "near 0 softplus is x/2, once f(0)/λ is taken away", "Lim((softplus(lam*x) - log(2))/lam, lam, 0) == x/2", LECTURE, "L22 softplus limit scale"),
    Identity("zoom-in-sigmoid", "near 0 σ is x/4, once f(0)/λ is taken away", "Lim((sigmoid(lam*x) - 1/2)/lam, lam, 0) == x/4", LECTURE, "L22 L23 sigmoid limit scale"),
    Identity("zoom-hundredfold", "softplus of an input a hundred times as large is within log(2)/100 of a hard kink", "0 <= softplus(100*x)/100 - relu(x) <= log(2)/100", LECTURE, "L22 softplus inequality scale", CERTIFIED),
    Identity("zoom-tanh-convex", "an input a hundredth as large makes every smooth function convex", "D(tanh(x/100), x, 2) >= 0", LECTURE, "L22 false tanh scale", REFUTED, "zoom-in-tanh"),
    Identity("chebyshev-recursion", "a nonlinearity parametrised arbitrarily: Chebyshev polynomials", "chebyshev(x, c0=a, c1=b, c2=c, c3=0) == a + b*x + c*(2*x**2 - 1)", LECTURE, "L20 chebyshev relation"),
    Identity("chebyshev-third", "T₃ = 4x³ − 3x", "chebyshev(x, c0=0, c1=0, c2=0, c3=1) == 4*x**3 - 3*x", LECTURE, "L20 chebyshev relation"),
    Identity("chebyshev-relu", "its default coefficients are those of max(0, x): off by at most 0.11 on [−1, 1]", "abs(chebyshev(hardtanh(x)) - relu(hardtanh(x))) <= 0.11", LECTURE, "L20 chebyshev inequality", CERTIFIED),
    Identity("spring-parameter", "a spring parameter: any line may be added", "D(a*x + b*tanh(x), b) == tanh(x)", LECTURE, "L20 derivative"),
    Identity("double-kink", "a double kink has a scale built in: relu6(λx) = λ·relu6(x) fails for λ = 1/2 too", "relu6(x/2) == relu6(x)/2", LECTURE, "L21 false scale", REFUTED, "relu-equivariant"),
    Identity("layer-scale-two", "two layers, three weights: scales of successive ReLU layers commute", "c*relu(b*relu(lam*a*x)) == c*relu(lam*b*relu(a*x)) and c*relu(lam*b*relu(a*x)) == lam*c*relu(b*relu(a*x))", LECTURE, "L32 scale"),
)
# fmt: on
