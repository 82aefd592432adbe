"""Gaussian moments and gains, Z ~ N(0, 1)."""

from symact.textbook.claims import Claim
from symact.textbook.identity import CERTIFIED, PROVED, REFUTED, Identity

HE = "He et al. 2015, Delving Deep into Rectifiers, §2.2"
TORCH = "torch.nn.init.calculate_gain"
TIMM = "timm/models/nfnet.py, _nonlin_gamma; Brock et al. 2021, §4"
HENDRYCKS = "Hendrycks & Gimpel 2016"
KERAS = "Keras, random_initializers.py; JAX; TensorFlow"

GAIN = "gain 1/√(E f(Z)²)"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("he-gain-relu", "He's gain of ReLU: √2", "1/sqrt(E(relu(x)**2, x)) == sqrt(2)", HE, "relu moment constant"),
    Identity("he-gain-leaky", "He's gain of LeakyReLU: √(2/(1 + a²))", "1/sqrt(E(leaky_relu(x, negative_slope=a)**2, x)) == sqrt(2/(1 + a**2))", HE, "leaky_relu moment constant"),
    Identity("relu-mean", "E relu(Z) = 1/√(2π)", "E(relu(x), x) == 1/sqrt(2*pi)", HE, "relu moment"),
    Identity("relu-second-moment", "E relu(Z)² = 1/2", "E(relu(x)**2, x) == 1/2", HE, "relu moment"),
    Identity("relu-fourth-moment", "E relu(Z)⁴ = 3/2", "E(relu(x)**4, x) == 3/2", HE, "relu moment"),
    Identity("gelu-mean", "E GELU(Z) = 1/(2√π)", "E(gelu(x), x) == 1/(2*sqrt(pi))", HENDRYCKS, "gelu moment"),
    Identity("gelu-second-moment", "E GELU(Z)² = 1/3 + 1/(2√3·π)", "E(gelu(x)**2, x) == 1/3 + 1/(2*sqrt(3)*pi)", HENDRYCKS, "gelu moment"),
    Identity("probit-mean", "E Φ(Z) = 1/2, E Φ(Z)² = 1/3", "E(Phi(x), x) == 1/2 and E(Phi(x)**2, x) == 1/3", "Owen 1980, A table of normal integrals", "normal moment"),
    Identity("absolute-mean", "E|Z| = √(2/π)", "E(abs(x), x) == sqrt(2/pi)", "Owen 1980, A table of normal integrals", "normal moment"),
    Identity("exponential-mean", "E e^(aZ) = e^(a²/2)", "E(exp(a*x), x) == exp(a**2/2)", "Owen 1980, A table of normal integrals", "normal moment"),
    Identity("softshrink-second-moment", "E softshrink(Z)² in closed form", "E(softshrink(x, lambd=lam)**2, x) == 2*(1 + lam**2)*Phi(-lam) - 2*lam*phi(lam)", "Donoho & Johnstone 1994, §2", "softshrink moment"),
    Identity("hardtanh-second-moment", "E hardtanh(Z)²", "E(hardtanh(x)**2, x) == 1 - 2*phi(1)", TIMM, "hardtanh moment"),
    Identity("gain-tanh-torch", "torch's gain of tanh, 5/3, keeps the second moment", Claim("tanh", "moments", GAIN, "1.6667"), TORCH, "false tanh moment constant", REFUTED, "gain-tanh"),
    Identity("gain-tanh", "the gain of tanh is 1.592537", Claim("tanh", "moments", GAIN, "1.592537"), TORCH, "tanh moment constant", CERTIFIED),
    Identity("gain-selu-torch", "torch's gain of SELU, 3/4, keeps the second moment", "1/sqrt(E(selu(x)**2, x)) == 3/4", TORCH, "false selu moment constant", REFUTED, "gain-selu"),
    Identity("gain-selu", "the gain of SELU is 1", Claim("selu", "moments", GAIN, "1"), TORCH, "selu moment constant"),
    Identity("gain-sigmoid-torch", "torch's gain of the sigmoid, 1, keeps the second moment", Claim("sigmoid", "moments", GAIN, "1.0000"), TORCH, "false sigmoid moment constant", REFUTED, "gain-sigmoid"),
    Identity("gain-sigmoid", "the gain of the sigmoid is 1.846229", Claim("sigmoid", "moments", GAIN, "1.846229"), TORCH, "sigmoid moment constant", CERTIFIED),
    *(
        Identity(f"gain-{name.replace('_', '-')}", f"the gain of {name}, which torch lacks, is {gain}", Claim(name, "moments", GAIN, gain, given), TORCH, f"{name} moment constant", grade)
        for name, gain, given, grade in (
            ("gelu", "1.533530", "", PROVED),
            ("silu", "1.676532", "", CERTIFIED),
            ("mish", "1.486848", "", CERTIFIED),
            ("elu", "1.245198", "alpha=1", PROVED),
            ("hardtanh", "1.392036", "min_val=-1 max_val=1", PROVED),
            ("hardswish", "1.736657", "", PROVED),
            ("softplus", "1.041867", "beta=1", CERTIFIED),
            ("softsign", "2.337533", "", CERTIFIED),
        )
    ),
    Identity("timm-relu", "timm's γ of ReLU, 1.71395886, is 1/std", "abs(1/sqrt(E(relu(x)**2, x) - E(relu(x), x)**2) - 1.71395886) < 5/10**9", TIMM, "false relu moment constant", REFUTED, "gamma-relu"),
    Identity("gamma-relu", "γ of ReLU is √(2π/(π − 1)) = 1.712859", "1/sqrt(E(relu(x)**2, x) - E(relu(x), x)**2) == sqrt(2*pi/(pi - 1)) and abs(sqrt(2*pi/(pi - 1)) - 1.71285855045) < 1/10**11", TIMM, "relu moment constant", CERTIFIED),
    Identity("timm-gelu", "timm's γ of GELU, 1.70150435, is 1/std", "abs(1/sqrt(E(gelu(x)**2, x) - E(gelu(x), x)**2) - 1.70150435) < 5/10**9", TIMM, "false gelu moment constant", REFUTED, "gamma-gelu"),
    Identity("gamma-gelu", "γ of GELU is 1.700926", "abs(1/sqrt(E(gelu(x)**2, x) - E(gelu(x), x)**2) - 1.70092624336) < 1/10**11", TIMM, "gelu moment constant", CERTIFIED),
    Identity("timm-elu-celu", "timm's γ of ELU and CELU differ, 1.27160048 and 1.27092683, though the functions are equal", "celu(x) != elu(x)", TIMM, "false elu celu moment", REFUTED, "elu-celu-one"),
    Identity("gamma-elu", "γ of ELU and CELU is 1.270843", "abs(1/sqrt(E(elu(x)**2, x) - E(elu(x), x)**2) - 1.27084341785) < 1/10**11", TIMM, "elu celu moment constant", CERTIFIED),
    Identity("timm-selu", "timm's γ of SELU, 1.00085155, is 1/std", Claim("selu", "moments", GAIN, "1.00085155"), TIMM, "false selu moment constant", REFUTED, "gain-selu"),
    Identity("truncated-normal", "the standard deviation of a normal truncated to ±2, 0.87962566103423978", "abs(sqrt(1 - 4*phi(2)/(2*Phi(2) - 1)) - 0.87962566103423978) < 5/10**17", KERAS, "normal constant", CERTIFIED),
)
# fmt: on
