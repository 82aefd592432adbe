"""GELU and its approximations, SiLU, Swish, Mish, Hardswish: reflections, equations, extrema, best constants."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
HENDRYCKS = "Hendrycks & Gimpel 2016, Gaussian Error Linear Units, §2"
ELFWING = "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units, §2"
RAMACHANDRAN = "Ramachandran, Zoph & Le 2017, Searching for Activation Functions, §3"
MISRA = "Misra 2020, Mish, §3"
ONEDNN = "oneDNN, doc/primitives/eltwise.md"
LITERATURE = "folklore: 'sigmoid and Gaussian gates lie in (0, 1), so the units are 1-Lipschitz'"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("gelu-definition", "GELU(x) = x·Φ(x)", "gelu(x) == x*Phi(x)", LECTURE, "L7 gelu relation"),
    Identity("gelu-erf", "GELU by erf", "gelu(x) == x*(1 + erf(x/sqrt(2)))/2", HENDRYCKS, "L7 gelu relation"),
    Identity("gelu-erfc", "GELU by erfc, without cancellation", "gelu(x) == x*erfc(-x/sqrt(2))/2", HENDRYCKS, "L7 gelu lowering relation"),
    Identity("gelu-reflection", "GELU(x) − GELU(−x) = x", "gelu(x) - gelu(-x) == x", LECTURE, "L7 gelu symmetry"),
    Identity("gelu-even-part", "GELU(x) + GELU(−x) = x·erf(x/√2)", "gelu(x) + gelu(-x) == x*erf(x/sqrt(2))", HENDRYCKS, "L7 gelu symmetry"),
    Identity("gelu-minimum", "one minimum near −0.7518, of −0.16997", Claim("gelu", "shape", "global minimum (place, value)", "(−0.75179152469356446, −0.16997120747990366)"), LECTURE, "L7 gelu extremum", CERTIFIED),
    Identity("gelu-minimum-bound", "GELU ≥ −0.1699712074799037", "gelu(x) >= -0.1699712074799037", HENDRYCKS, "L7 gelu inequality", CERTIFIED),
    Identity("gelu-slope", "GELU′ = Φ + x·φ", "D(gelu(x), x) == Phi(x) + x*phi(x)", HENDRYCKS, "gelu equation"),
    Identity("gelu-curvature", "GELU″ = (2 − x²)·φ", "D(gelu(x), x, 2) == (2 - x**2)*phi(x)", HENDRYCKS, "gelu equation"),
    Identity("gelu-third-derivative", "GELU‴ = (x³ − 4x)·φ", "D(gelu(x), x, 3) == (x**3 - 4*x)*phi(x)", HENDRYCKS, "gelu equation"),
    Identity("gelu-slope-reflection", "GELU′(x) + GELU′(−x) = 1", "Phi(x) + x*phi(x) + Phi(-x) - x*phi(-x) == 1", HENDRYCKS, "gelu symmetry"),
    Identity("gelu-lipschitz", "GELU′ is greatest at √2", Claim("gelu", "shape", "Lipschitz constant", "√2·φ(√2) + Φ(√2)"), HENDRYCKS, "gelu lipschitz"),
    Identity("gelu-one-lipschitz", "GELU is 1-Lipschitz", "abs(D(gelu(x), x)) <= 1", LITERATURE, "false gelu lipschitz", REFUTED, "gelu-lipschitz"),
    Identity("gelu-above-relu", "GELU ≤ ReLU", "gelu(x) <= relu(x)", HENDRYCKS, "gelu inequality"),
    Identity("gelu-relu-distance", "ReLU − GELU ≤ 0.16997120747990369", "relu(x) - gelu(x) <= 0.16997120747990369", HENDRYCKS, "gelu inequality", CERTIFIED),
    Identity("phi-reflection", "Φ(x) + Φ(−x) = 1", "Phi(x) + Phi(-x) == 1", "NIST Digital Library of Mathematical Functions, §7.2", "normal symmetry"),
    Identity("phi-slope", "φ′ = −x·φ", "D(phi(x), x) == -x*phi(x)", "NIST Digital Library of Mathematical Functions, §7.2", "normal equation"),
    Identity("phi-mills", "Φ(−t) < φ(t)/t for t > 0 (Mills)", "beta*Phi(-beta) < phi(beta)", "NIST Digital Library of Mathematical Functions, §7.8", "normal inequality", CERTIFIED),
    Identity("gelu-tanh-sigmoid", "GELU's tanh approximation is x·σ(2u)", "gelu_tanh(x) == x*sigmoid(2*sqrt(2/pi)*(x + 0.044715*x**3))", HENDRYCKS, "gelu_tanh relation"),
    Identity("gelu-tanh-reflection", "gelu_tanh(x) − gelu_tanh(−x) = x", "gelu_tanh(x) - gelu_tanh(-x) == x", HENDRYCKS, "gelu_tanh symmetry"),
    Identity("gelu-tanh-slope", "oneDNN's derivative of gelu_tanh, with v = tanh(√(2/π)·x·(1 + 0.044715x²))", "D(gelu_tanh(x), x) == (1 + tanh(sqrt(2/pi)*x*(1 + 0.044715*x**2)))*(1 + x*(1 - tanh(sqrt(2/pi)*x*(1 + 0.044715*x**2)))*sqrt(2/pi)*(1 + 0.134145*x**2))/2", ONEDNN, "gelu_tanh equation"),
    Identity("gelu-tanh-distance", "|GELU − gelu_tanh| ≤ 4.7324·10⁻⁴", "abs(gelu(x) - gelu_tanh(x)) <= 0.00047324", HENDRYCKS, "gelu_tanh inequality", CERTIFIED),
    Identity("gelu-tanh-distance-place", "the bound is nearly attained at −2.6985", "abs(gelu(-2.6985) - gelu_tanh(-2.6985)) > 0.00047323", HENDRYCKS, "gelu_tanh inequality", CERTIFIED),
    Identity("gelu-tanh-exact", "gelu_tanh is GELU", "gelu_tanh(x) == gelu(x)", "HF transformers, activations.py, AccurateGELU: 'faster and more accurate'", "false gelu_tanh", REFUTED, "gelu-tanh-distance"),
    Identity("gelu-sigmoid-distance", "|GELU − x·σ(1.702x)| ≤ 0.0203356", "abs(gelu(x) - gelu_sigmoid(x)) <= 0.0203356", HENDRYCKS, "gelu_sigmoid inequality", CERTIFIED),
    Identity("gelu-sigmoid-distance-place", "the bound is nearly attained at −2.27", "abs(gelu(-2.27) - gelu_sigmoid(-2.27)) > 0.02033", HENDRYCKS, "gelu_sigmoid inequality", CERTIFIED),
    Identity("gelu-sigmoid-close", "GELU ≈ x·σ(1.702x) to two decimals", "abs(gelu(x) - gelu_sigmoid(x)) <= 0.005", HENDRYCKS, "false gelu_sigmoid", REFUTED, "gelu-sigmoid-distance"),
    Identity("gelu-sigmoid-swish", "quick GELU is swish with β = 1.702", "gelu_sigmoid(x) == swish(x, beta=1.702)", HENDRYCKS, "gelu_sigmoid swish duplicate"),
    Identity("gelu-sigmoid-minimum", "quick GELU's minimum", "gelu_sigmoid(x) >= -0.1636102", HENDRYCKS, "gelu_sigmoid extremum", CERTIFIED),
    Identity("silu-definition", "SiLU(x) = x·σ(x)", "silu(x) == x*sigmoid(x)", ELFWING, "silu relation"),
    Identity("silu-reflection", "SiLU(x) − SiLU(−x) = x", "silu(x) - silu(-x) == x", ELFWING, "silu symmetry"),
    Identity("silu-even-part", "SiLU(x) + SiLU(−x) = x·tanh(x/2)", "silu(x) + silu(-x) == x*tanh(x/2)", ELFWING, "silu symmetry"),
    Identity("silu-slope", "SiLU′ = SiLU + σ·(1 − SiLU)", "D(silu(x), x) == silu(x) + sigmoid(x)*(1 - silu(x))", ELFWING, "silu equation"),
    Identity("silu-slope-factored", "SiLU′ = σ·(1 + x·(1 − σ))", "D(silu(x), x) == sigmoid(x)*(1 + x*(1 - sigmoid(x)))", ELFWING, "silu equation"),
    Identity("silu-curvature", "SiLU″ = σ′·(2 + x·(1 − 2σ))", "D(silu(x), x, 2) == sigmoid(x)*(1 - sigmoid(x))*(2 + x*(1 - 2*sigmoid(x)))", ELFWING, "silu equation"),
    Identity("silu-minimum-value", "SiLU's minimum by Lambert's W: SiLU(−1 − W(1/e)) = −W(1/e)", "silu(-1 - W(exp(-1))) == -W(exp(-1))", ELFWING, "silu extremum"),
    Identity("silu-minimum", "its place and value", Claim("silu", "shape", "global minimum (place, value)", "(−1.2784645427610738, −0.2784645427610738)"), ELFWING, "silu extremum", CERTIFIED),
    Identity("silu-minimum-bound", "SiLU ≥ −0.2784645427610738", "silu(x) >= -0.2784645427610738", ELFWING, "silu inequality", CERTIFIED),
    Identity("silu-lipschitz", "SiLU's Lipschitz constant", Claim("silu", "shape", "Lipschitz constant", "1.0998393201288669"), ELFWING, "silu lipschitz", CERTIFIED),
    Identity("silu-one-lipschitz", "SiLU is 1-Lipschitz", "abs(D(silu(x), x)) <= 1", LITERATURE, "false silu lipschitz", REFUTED, "silu-lipschitz"),
    Identity("silu-below-relu", "SiLU ≤ ReLU", "silu(x) <= relu(x)", ELFWING, "silu inequality"),
    Identity("swish-scaling", "swish_β(x) = SiLU(βx)/β", "swish(x, beta=beta) == silu(beta*x)/beta", RAMACHANDRAN, "swish relation"),
    Identity("swish-limit-relu", "swish → ReLU for β → ∞", "Lim(swish(x, beta=beta), beta, oo) == relu(x)", RAMACHANDRAN, "swish limit"),
    Identity("swish-limit-line", "swish → x/2 for β → 0", "Lim(swish(x, beta=beta), beta, 0) == x/2", RAMACHANDRAN, "swish limit"),
    Identity("swish-slope", "swish′ = β·swish + σ(βx)·(1 − β·swish)", "D(swish(x, beta=beta), x) == beta*swish(x, beta=beta) + sigmoid(beta*x)*(1 - beta*swish(x, beta=beta))", RAMACHANDRAN, "swish equation"),
    Identity("swish-beta-gradient", "∂swish/∂β = swish·(x − swish)", "D(swish(x, beta=beta), beta) == swish(x, beta=beta)*(x - swish(x, beta=beta))", RAMACHANDRAN, "swish equation"),
    Identity("swish-relu-distance", "ReLU − swish ≤ 0.27846454276107380/β", "relu(x) - swish(x, beta=beta) <= 0.27846454276107380/beta", RAMACHANDRAN, "swish inequality", CERTIFIED),
    Identity("mish-rational", "Mish is rational in x and e^x", "mish(x) == x*(exp(2*x) + 2*exp(x))/(exp(2*x) + 2*exp(x) + 2)", MISRA, "mish relation"),
    Identity("tanh-softplus", "tanh∘softplus = ((1 + e^x)² − 1)/((1 + e^x)² + 1)", "tanh(softplus(x)) == ((1 + exp(x))**2 - 1)/((1 + exp(x))**2 + 1)", MISRA, "mish relation"),
    Identity("mish-slope", "Mish′ = e^x·ω/δ² as in the paper", "D(mish(x), x) == exp(x)*(4*(x + 1) + 4*exp(2*x) + exp(3*x) + exp(x)*(4*x + 6))/(2*exp(x) + exp(2*x) + 2)**2", MISRA, "mish equation"),
    Identity("mish-slope-structure", "Mish′ = tanh(sp) + x·σ·(1 − tanh²(sp))", "D(mish(x), x) == tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))**2)", MISRA, "mish equation"),
    Identity("mish-minimum", "Mish's minimum", Claim("mish", "shape", "global minimum (place, value)", "(−1.1924312145154952, −0.3088434130172504)"), MISRA, "mish extremum", CERTIFIED),
    Identity("mish-minimum-bound", "Mish ≥ −0.30884341301725041", "mish(x) >= -0.30884341301725041", MISRA, "mish inequality", CERTIFIED),
    Identity("mish-minimum-rounded", "Mish ≥ −0.30884, as the rounded minimum says", "mish(x) >= -0.30884", MISRA, "false mish", REFUTED, "mish-minimum-bound"),
    Identity("mish-lipschitz", "Mish's Lipschitz constant", Claim("mish", "shape", "Lipschitz constant", "1.0884981612517279"), MISRA, "mish lipschitz", CERTIFIED),
    Identity("mish-one-lipschitz", "Mish is 1-Lipschitz", "abs(D(mish(x), x)) <= 1", LITERATURE, "false mish lipschitz", REFUTED, "mish-lipschitz"),
    Identity("mish-below-relu", "Mish ≤ ReLU", "mish(x) <= relu(x)", MISRA, "mish inequality"),
    Identity("hardswish-silu-distance", "|SiLU − hardswish| ≤ 0.14228", "abs(silu(x) - hardswish(x)) <= 0.14228", "Howard et al. 2019 (MobileNetV3), §5.2", "hardswish inequality", CERTIFIED),
    Identity("hardsigmoid-distance", "|σ − hardsigmoid| ≤ 0.0693", "abs(sigmoid(x) - hardsigmoid(x)) <= 0.0693", "Howard et al. 2019 (MobileNetV3), §5.2", "hardsigmoid inequality", CERTIFIED),
    Identity("gelu-clip-dead", "the lower clip of HF's gelu_10 is never active", "gelu(x) > -10", "HF transformers, activations.py, ClippedGELUActivation", "gelu framework", CERTIFIED),
)
# fmt: on
