"""ReLU and its piecewise linear relatives: relations, scale equivariance, projections, conventions."""

from symact.textbook.claims import Claim
from symact.textbook.identity import REFUTED, Identity

LECTURE = "NYU DS-GA 1008 (2020), lecture 11.1"
TORCH = "torch.nn documentation"
HE = "He et al. 2015, Delving Deep into Rectifiers, §2"
KERAS = "Keras 3, keras/src/backend/numpy/nn.py, leaky_relu"
MOBILENET = "Howard et al. 2019 (MobileNetV3), §5.2"
ROCKAFELLAR = "Parikh & Boyd 2014, Proximal Algorithms, §6"

# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("relu-invariant", "ReLU is scale invariant: f(λx) = f(x)", "relu(lam*x) == relu(x)", LECTURE, "L1 false scale", REFUTED, "relu-equivariant"),
    Identity("leaky-relu-invariant", "LeakyReLU is scale invariant: f(λx) = f(x)", "leaky_relu(lam*x) == leaky_relu(x)", LECTURE, "L1 false scale", REFUTED, "leaky-relu-equivariant"),
    Identity("prelu-invariant", "PReLU is scale invariant: f(λx) = f(x)", "prelu(lam*x, a=a) == prelu(x, a=a)", LECTURE, "L1 false scale", REFUTED, "prelu-equivariant"),
    Identity("relu-equivariant", "ReLU is scale equivariant", "relu(lam*x) == lam*relu(x)", LECTURE, "L1 L21 scale"),
    Identity("leaky-relu-equivariant", "LeakyReLU is scale equivariant", "leaky_relu(lam*x, negative_slope=a) == lam*leaky_relu(x, negative_slope=a)", LECTURE, "L1 L21 scale"),
    Identity("prelu-equivariant", "PReLU is scale equivariant", "prelu(lam*x, a=a) == lam*prelu(x, a=a)", LECTURE, "L1 L21 scale"),
    Identity("rrelu-equivariant", "RReLU is scale equivariant, for a fixed slope", Claim("rrelu", "scaling", "scale equivariance f(λx) = λ·f(x), λ > 0", "yes"), LECTURE, "L1 L21 scale"),
    Identity("relu-negative-factor", "ReLU is equivariant for negative factors too", "relu(-x) == -relu(x)", "a generalisation of L1", "L1 false scale", REFUTED, "relu-equivariant"),
    Identity("relu-gradient-dead", "ReLU has gradient 0 on the negative side", "D(relu(x), x)*relu(-x) == 0 and D(relu(-exp(y)), y) == 0", LECTURE, "L4 relu derivative"),
    Identity("relu-gradient-dead-side", "the gradient at −λ is 0", "relu(-lam) == 0 and relu(lam) == lam", LECTURE, "L4 relu"),
    Identity("leaky-relu-gradient", "LeakyReLU's slope is positive everywhere", "D(leaky_relu(x, negative_slope=beta), x) > 0", LECTURE, "L4 leaky_relu derivative"),
    Identity("leaky-relu-gradient-zero", "LeakyReLU's gradient is that of ReLU: 0 for x < 0", "D(leaky_relu(x), x) == D(relu(x), x)", LECTURE, "L4 false leaky_relu derivative", REFUTED, "leaky-relu-gradient"),
    Identity("prelu-identity", "a = 1: the identity", "prelu(x, a=1) == x", LECTURE, "L19 prelu"),
    Identity("prelu-absolute-value", "a = −1: full rectification", "prelu(x, a=-1) == abs(x)", LECTURE, "L19 prelu"),
    Identity("prelu-relu", "a = 0: ReLU", "prelu(x, a=0) == relu(x)", LECTURE, "L19 prelu"),
    Identity("prelu-by-relu", "PReLU by two ReLUs", "prelu(x, a=a) == relu(x) - a*relu(-x)", HE, "prelu relation"),
    Identity("prelu-linear-and-kink", "PReLU is a line and a kink", "prelu(x, a=a) == (1 + a)*x/2 + (1 - a)*abs(x)/2", HE, "prelu relation"),
    Identity("prelu-is-maximum", "PReLU is max(x, a·x)", "prelu(x, a=a) == max(x, a*x)", KERAS, "false prelu framework", REFUTED, "prelu-is-maximum-below-one"),
    Identity("prelu-is-maximum-below-one", "PReLU is max(x, a·x) for 0 < a < 1", "prelu(x, a=sigmoid(y)) == max(x, sigmoid(y)*x)", KERAS, "prelu relation"),
    Identity("prelu-is-minimum-above-one", "PReLU is min(x, a·x) for a > 1", "prelu(x, a=1 + beta) == min(x, (1 + beta)*x)", KERAS, "prelu relation"),
    Identity("prelu-composition", "slopes multiply when PReLUs are composed", "prelu(prelu(x, a=beta), a=lam) == prelu(x, a=beta*lam)", HE, "prelu relation"),
    Identity("prelu-inverse", "PReLU with slope 1/a inverts PReLU with slope a", "prelu(prelu(x, a=beta), a=1/beta) == x", HE, "prelu inverse"),
    Identity("relu-by-absolute-value", "relu(x) = (x + |x|)/2", "relu(x) == (x + abs(x))/2", "Nair & Hinton 2010", "relu relation"),
    Identity("relu-difference", "relu(x) − relu(−x) = x", "relu(x) - relu(-x) == x", "Nair & Hinton 2010", "relu symmetry"),
    Identity("relu-sum", "relu(x) + relu(−x) = |x|", "relu(x) + relu(-x) == abs(x)", "Nair & Hinton 2010", "relu symmetry"),
    Identity("relu-product", "relu(x)·relu(−x) = 0", "relu(x)*relu(-x) == 0", "Nair & Hinton 2010", "relu symmetry"),
    Identity("relu-idempotent", "relu∘relu = relu", "relu(relu(x)) == relu(x)", ROCKAFELLAR, "relu projection"),
    Identity("relu-projection", "relu is the projection on the nonnegative numbers", "(relu(x) - x)**2 <= (abs(y) - x)**2", ROCKAFELLAR, "relu projection duality"),
    Identity("relu-euler", "x·relu′(x) = relu(x), Euler's relation", "x*D(relu(x), x) == relu(x)", "Euler's theorem on homogeneous functions", "relu equation"),
    Identity("relu-max", "max(x, y) = x + relu(y − x)", "max(x, y) == x + relu(y - x)", "Goodfellow et al. 2013 (Maxout), §3", "relu relation"),
    Identity("relu-min", "min(x, y) = x − relu(x − y)", "min(x, y) == x - relu(x - y)", "Goodfellow et al. 2013 (Maxout), §3", "relu relation"),
    Identity("relu-subadditive", "relu(x + y) ≤ relu(x) + relu(y)", "relu(x + y) <= relu(x) + relu(y)", ROCKAFELLAR, "relu inequality"),
    Identity("relu-lipschitz", "ReLU is 1-Lipschitz", "abs(relu(x) - relu(y)) <= abs(x - y)", ROCKAFELLAR, "relu inequality lipschitz"),
    Identity("relu-convex", "ReLU is convex", "relu((x + y)/2) <= (relu(x) + relu(y))/2", ROCKAFELLAR, "relu inequality"),
    Identity("relu6-saturates", "ReLU6 saturates at 6", "0 <= relu6(x) <= 6 and relu6(6 + beta) == 6", LECTURE, "L8 relu6 inequality"),
    Identity("relu6-limit", "relu6(x) → 6", "Lim(relu6(x), x, oo) == 6", LECTURE, "L8 relu6 limit"),
    Identity("relu6-by-relus", "ReLU6 is two ReLUs", "relu6(x) == relu(x) - relu(x - 6)", TORCH, "L8 relu6 relation"),
    Identity("hardtanh-by-relus", "hardtanh is a composition of two ReLUs", "hardtanh(x) == 1 - relu(2 - relu(x + 1))", LECTURE, "L12 hardtanh relation"),
    Identity("hardtanh-by-relus-sum", "hardtanh is a sum of two ReLUs", "hardtanh(x) == relu(x + 1) - relu(x - 1) - 1", LECTURE, "L12 hardtanh relation"),
    Identity("hardtanh-adjustable", "the linear region is [min_val, max_val]", "hardtanh(x, min_val=a, max_val=a + beta) == min(max(x, a), a + beta)", LECTURE, "L12 hardtanh relation"),
    Identity("hardtanh-adjustable-relus", "any hardtanh is two ReLUs", "hardtanh(x, min_val=a, max_val=a + beta) == a + relu(x - a) - relu(x - a - beta)", LECTURE, "L12 hardtanh relation"),
    Identity("hardtanh-projection", "hardtanh is the projection on [−1, 1]", "(hardtanh(x) - x)**2 <= (hardtanh(y) - x)**2", ROCKAFELLAR, "hardtanh projection duality"),
    Identity("hardtanh-idempotent", "hardtanh∘hardtanh = hardtanh", "hardtanh(hardtanh(x)) == hardtanh(x)", ROCKAFELLAR, "hardtanh projection"),
    Identity("hardtanh-not-equivariant", "hardtanh, doubled: hardtanh(2x) = 2·hardtanh(x)", "hardtanh(2*x) == 2*hardtanh(x)", LECTURE, "L21 false scale", REFUTED, "hardtanh-rescaled"),
    Identity("hardtanh-rescaled", "hardtanh has a scale built in, which moves with the input", "hardtanh(lam*x) == lam*hardtanh(x, min_val=-1/lam, max_val=1/lam)", LECTURE, "L21 scale"),
    Identity("relu6-not-equivariant", "relu6(2x) = 2·relu6(x)", "relu6(2*x) == 2*relu6(x)", LECTURE, "L21 false scale", REFUTED, "relu-equivariant"),
    Identity("softshrink-not-equivariant", "softshrink(2x) = 2·softshrink(x)", "softshrink(2*x) == 2*softshrink(x)", LECTURE, "L21 false scale", REFUTED, "softshrink-rescaled"),
    Identity("hardshrink-not-equivariant", "hardshrink(2x) = 2·hardshrink(x)", "hardshrink(2*x) == 2*hardshrink(x)", LECTURE, "L21 false scale", REFUTED, "hardshrink-rescaled"),
    Identity("softshrink-rescaled", "softshrink's scale λ moves with the input", "softshrink(beta*x, lambd=beta*lam) == beta*softshrink(x, lambd=lam)", LECTURE, "L21 scale"),
    Identity("hardshrink-rescaled", "hardshrink's scale λ moves with the input", "hardshrink(beta*x, lambd=beta*lam) == beta*hardshrink(x, lambd=lam)", LECTURE, "L21 scale"),
    Identity("hard-kink-doubles", "a single kink anywhere doubles with the input: relu(2x − 1) = 2·relu(x − 1)", "relu(2*x - 1) == 2*relu(x - 1)", LECTURE, "L21 false scale", REFUTED, "relu-equivariant"),
    Identity("threshold-no-gradient", "threshold cannot propagate a gradient", "D(threshold(x, threshold=1, value=0), x) == 0", LECTURE, "L13 false threshold", REFUTED, "threshold-gradient"),
    Identity("threshold-gradient", "the slope is 1 above the threshold, 0 below", "D(threshold(a + beta, threshold=a, value=b), beta) == 1 and D(threshold(a - beta, threshold=a, value=b), beta) == 0", LECTURE, "L13 threshold derivative"),
    Identity("threshold-continuous", "threshold jumps unless its value is the threshold", Claim("threshold", "regularity", "smoothness", "discontinuous, unless value = threshold: then C⁰, not C¹"), LECTURE, "L13 threshold smoothness"),
    Identity("step-no-gradient", "the binary step has slope 0 almost everywhere", "D(binary_step(x), x) == 0", LECTURE, "L13 binary_step derivative"),
    Identity("hardsigmoid-by-relu6", "hardsigmoid(x) = relu6(x + 3)/6", "hardsigmoid(x) == relu6(x + 3)/6", MOBILENET, "hardsigmoid relation"),
    Identity("hardsigmoid-by-hardtanh", "hardsigmoid(x) = (hardtanh(x/3) + 1)/2", "hardsigmoid(x) == (hardtanh(x/3) + 1)/2", MOBILENET, "hardsigmoid relation"),
    Identity("hardsigmoid-reflection", "hardsigmoid(x) + hardsigmoid(−x) = 1", "hardsigmoid(x) + hardsigmoid(-x) == 1", MOBILENET, "hardsigmoid symmetry"),
    Identity("hardswish-by-hardsigmoid", "hardswish(x) = x·hardsigmoid(x)", "hardswish(x) == x*hardsigmoid(x)", MOBILENET, "hardswish relation"),
    Identity("hardswish-reflection", "hardswish(x) − hardswish(−x) = x", "hardswish(x) - hardswish(-x) == x", MOBILENET, "hardswish symmetry"),
    Identity("hardswish-minimum", "hardswish ≥ −3/8, attained at −3/2", "hardswish(x) >= -3/8 and hardswish(-1.5) == -3/8", MOBILENET, "hardswish extremum"),
    Identity("layer-scale", "for two layers of ReLUs the scale of a weight may be moved from one to the next", "b*relu(lam*a*x) == (lam*b)*relu(a*x)", LECTURE, "L32 scale"),
    Identity("layer-scale-leaky", "the same for LeakyReLU", "b*leaky_relu(lam*a*x, negative_slope=c) == (lam*b)*leaky_relu(a*x, negative_slope=c)", LECTURE, "L32 scale"),
    Identity("layer-scale-smooth", "for a smooth activation the scale of a layer matters: it cannot be moved to the next", "softplus(lam*x) == lam*softplus(x)", LECTURE, "L32 false scale", REFUTED, "layer-scale"),
    Identity("layer-scale-normalised", "dividing by the standard deviation (batch normalisation) undoes the scale", "lam*(x - y)/sqrt((lam*beta)**2) == (x - y)/beta", LECTURE, "L32 scale"),
    Identity("leaky-relu-he", "LeakyReLU between two lines", "min(x, a*x) <= leaky_relu(x, negative_slope=a) <= max(x, a*x)", HE, "leaky_relu inequality"),
)
# fmt: on
