"""Constants with their provenance: how published numbers come about, and how good they are."""

from symact.textbook.identity import CERTIFIED, REFUTED, Identity

HENDRYCKS = "Hendrycks & Gimpel 2016, §2"
LECUN = "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, §4.4"
FLASH = "flash-attention, fused_dense.py"
MEGA = "Ma et al. 2022, Mega, §3.3; HF transformers, LaplaceActivation"

CUBIC = "(1 + tanh(sqrt(2/pi)*({x} + {c}*({x})**3)))/2"
"""Φ by tanh, with the cubic coefficient c."""


def _cubic(x: str, c: str) -> str:
    return CUBIC.format(x=x, c=c)


# fmt: off
ENTRIES: tuple[Identity, ...] = (
    Identity("lecun-gain", "LeCun's 1.7159 is coth(2/3), so that f(±1) = ±1", "abs(1/tanh(2/3) - 1.7159) < 0.00001 and 1/tanh(2/3)*tanh(2/3) == 1", LECUN, "tanh constant", CERTIFIED),
    Identity("lecun-extremum", "f = 1.7159·tanh(2x/3) has its greatest curvature at x = 1", "D(tanh(2*x/3), x, 3) == 0 or x != 1", LECUN, "false tanh constant", REFUTED, "lecun-extremum-place"),
    Identity("lecun-extremum-place", "it is at (3/2)·artanh(1/√3) = 0.987718", "tanh(2/3*(3/4*log((1 + 1/sqrt(3))/(1 - 1/sqrt(3))))) == 1/sqrt(3) and D(tanh(x), x, 3) == (1 - tanh(x)**2)*(6*tanh(x)**2 - 2) and abs(3/4*log((1 + 1/sqrt(3))/(1 - 1/sqrt(3))) - 0.987718) < 0.000001", LECUN, "tanh constant", CERTIFIED),
    Identity("gelu-slope-at-zero", "√(2/π) matches the slope of erf at 0", "D(Phi(x), x) == phi(x) and phi(0)*2 == sqrt(2/pi)", HENDRYCKS, "gelu_tanh constant"),
    Identity("gelu-cubic-error", "with 0.044715 the approximation of Φ is off by at most 1.7894·10⁻⁴", f"abs(Phi(x) - {_cubic('x', '0.044715')}) <= 0.00017894", HENDRYCKS, "gelu_tanh constant", CERTIFIED),
    Identity("gelu-cubic-minimax", "no coefficient is off by less than 1.7889·10⁻⁴: a greater one gives too much at 2.592, a smaller one too little at 1.242", f"{_cubic('2.592', '(0.044715 + beta)')} - Phi(2.592) > 0.00017889 and Phi(1.242) - {_cubic('1.242', '(0.044715 - beta)')} > 0.00017889", HENDRYCKS, "gelu_tanh constant"),
    Identity("gelu-cubic-taylor", "0.044715 is the Taylor coefficient (4 − π)/(6π)", "0.044715 == (4 - pi)/(6*pi)", HENDRYCKS, "false gelu_tanh constant", REFUTED, "gelu-cubic-taylor-value"),
    Identity("gelu-cubic-taylor-value", "which is 0.0455399", "abs((4 - pi)/(6*pi) - 0.0455399) < 0.0000001", HENDRYCKS, "gelu_tanh constant", CERTIFIED),
    Identity("gelu-cubic-optimal", "for GELU itself 0.0443829 is better: off by at most 3.9·10⁻⁴, not 4.7324·10⁻⁴", f"abs(gelu(x) - x*{_cubic('x', '0.0443829')}) <= 0.00039", HENDRYCKS, "gelu_tanh constant", CERTIFIED),
    Identity("gelu-cubic-claim", "0.044715 is the best coefficient for GELU: none is off by less than 4.7·10⁻⁴", f"abs(gelu(-2.6985) - (-2.6985)*{_cubic('(-2.6985)', '0.0443829')}) > 0.00047", HENDRYCKS, "false gelu_tanh constant", REFUTED, "gelu-cubic-optimal"),
    Identity("gelu-sigmoid-error", "σ(1.702x) approximates Φ within 0.0095", "abs(Phi(x) - sigmoid(1.702*x)) <= 0.0095", HENDRYCKS, "gelu_sigmoid constant", CERTIFIED),
    Identity("gelu-sigmoid-minimax", "no slope is off by less than 0.00945: a greater one gives too much at 0.57, a smaller one too little at 2.04", "sigmoid((1.70175 + beta)*0.57) - Phi(0.57) > 0.00945 and Phi(2.04) - sigmoid((1.70175 - beta)*2.04) > 0.00945", HENDRYCKS, "gelu_sigmoid constant"),
    Identity("gelu-sigmoid-optimal", "for GELU itself 1.77293 is better: off by at most 0.014, not 0.0203", "abs(gelu(x) - x*sigmoid(1.77293*x)) <= 0.014", HENDRYCKS, "gelu_sigmoid constant", CERTIFIED),
    Identity("gelu-sigmoid-slope", "1.702 matches the slope of Φ at 0", "1.702/4 == phi(0)", HENDRYCKS, "false gelu_sigmoid constant", REFUTED, "gelu-sigmoid-slope-value"),
    Identity("gelu-sigmoid-slope-value", "the slope is matched by √(8/π) = 1.59577", "sqrt(8/pi)/4 == phi(0) and abs(sqrt(8/pi) - 1.59577) < 0.00001", HENDRYCKS, "gelu_sigmoid constant", CERTIFIED),
    Identity("flash-constant", "flash-attention's 0.1070322243 is 3·0.044715·√(2/π), its last two digits apart", "abs(3*0.044715*sqrt(2/pi) - 0.1070322243) < 2/10**10", FLASH, "gelu_tanh constant", CERTIFIED),
    Identity("mega-laplace", "MEGA's Laplace: value and slope of relu² at 1/√2 with μ = 1/√2, σ = 1/√(4π)", "Phi(0) == relu(1/sqrt(2))**2 and phi(0)/(1/sqrt(4*pi)) == 2/sqrt(2)", MEGA, "normal constant"),
    Identity("mega-laplace-sqrt2", "the match is at √2", "Phi((sqrt(2) - 1/sqrt(2))*sqrt(4*pi)) == relu(sqrt(2))**2", MEGA, "false normal constant", REFUTED, "mega-laplace"),
    Identity("hard-sigmoid-fifth", "slope 0.2 (Theano, ONNX) is further from σ than 1/6: by more than 0.0757", "abs(sigmoid(2.5) - min(max(0.2*2.5 + 0.5, 0), 1)) > 0.0757", "ONNX operator HardSigmoid", "hardsigmoid constant", CERTIFIED),
    Identity("rrelu-mean-reciprocal", "the mean of 1/a, a uniform on (3, 8), is log(8/3)/5, not 2/11", "log(8/3)/5 != 2/11 and abs(log(8/3)/5 - 0.196166) < 0.000001", "Xu et al. 2015, §2.3", "rrelu constant", CERTIFIED),
    Identity("exp-overflow", "e^88.72283 is just below the greatest float32", "exp(88.72283) < (2 - 1/2**23)*2**64*2**63 < exp(88.72284)", "oneDNN, src/common/math_utils.hpp", "constant", CERTIFIED),
)
# fmt: on
