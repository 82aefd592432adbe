"""No false statement is proved or certified: true entries, each made false by a small and known change.

A mutant of an equation is off by 10⁻¹² everywhere, or in a window of width 10⁻⁶, or far out in a tail, or has a wrong
sign or relation; a mutant of an inequality is reversed, broken in a tail, or past its best constant in the 12th digit.
All are false by construction, so that the expected verdict needs no prover.
"""

import pytest

from symact.textbook.collection import entries
from symact.textbook.prover import prove
from symact.verdict import Grade

WINDOW = "max(0, min(x - 5, 5.000001 - x))"
TAIL = "relu(x - 70)"

EQUATIONS = [
    entry
    for entry in entries()
    if isinstance(entry.statement, str)
    and entry.expected is Grade.PROVED
    and entry.statement.count("==") == 1
    and not {"and", "or", "<", ">", "<=", ">="} & set(entry.statement.split())
    and not {"vector", "limit", "moment", "constant"} & entry.labels
    and "x" in entry.statement
]

CHANGES = {
    "twelfth-digit": "{left} == {right} + 1/10**12",
    "window": "{left} == {right} + " + WINDOW,
    "tail": "{left} == {right} + " + TAIL,
    "strict": "{left} < {right}",
    "unequal": "{left} != {right}",
}


def mutants_of_equations():
    """Yield one or two mutants of every equation, the changes in turn."""
    names = list(CHANGES)
    for k, entry in enumerate(EQUATIONS):
        left, right = (side.strip() for side in entry.statement.split("=="))
        for name in (names[k % len(names)], names[(k + 2) % len(names)]):
            yield f"{entry.id}-{name}", CHANGES[name].format(left=left, right=right)


# fmt: off
BY_HAND = (
    # a sign
    "tanh(x) == 2*sigmoid(2*x) + 1",
    "sigmoid(x) - sigmoid(-x) == 1",
    "gelu(x) + gelu(-x) == x",
    "softplus(x) + softplus(-x) == x",
    "logsigmoid(x) == softplus(-x)",
    "D(tanh(x), x) == 1 + tanh(x)**2",
    "D(gelu(x), x, 2) == (2 + x**2)*phi(x)",
    "D(silu(x), x) == silu(x) - sigmoid(x)*(1 - silu(x))",
    "softshrink(x, lambd=lam) == relu(x - lam) + relu(-x - lam)",
    "hardtanh(x) == relu(x + 1) + relu(x - 1) - 1",
    # a factor is missing
    "tanh(x) == sigmoid(2*x) - 1/2",
    "softplus(x, beta=beta) == softplus(beta*x)",
    "celu(x, alpha=beta) == elu(x/beta)",
    "swish(x, beta=beta) == silu(beta*x)",
    "D(softplus(x, beta=beta), x) == beta*sigmoid(beta*x)",
    "D(sigmoid(x), x, 3) == D(sigmoid(x), x)*(1 - 6*sigmoid(x) + sigmoid(x)**2)",
    "D(gelu(x), x) == Phi(x) + phi(x)",
    "D(mish(x), x) == tanh(softplus(x)) + x*(1 - tanh(softplus(x))**2)",
    "hardsigmoid(x) == relu6(x + 3)",
    "E(relu(x)**2, x) == 1",
    "E(gelu(x), x) == 1/sqrt(pi)",
    # < for <= at a bound that is attained
    "0 < D(sigmoid(x), x) < 1/4",
    "softplus(x, beta=beta) - relu(x) < log(2)/beta",
    "relu6(x) < 6",
    "relu(x) > 0",
    "hardtanh(x) > -1",
    "abs(tanh(x)) < abs(x)",
    "hardswish(x) > -3/8",
    "softplus(x) > log(2) + x/2",
    "elu(x) > x",
    "x*tanhshrink(x) > 0",
    "D(tanh(x), x) < 1",
    "softplus(x) - x*sigmoid(x) < log(2)",
    "abs(softshrink(x, lambd=lam)) < abs(x)",
    "silu(x) < relu(x)",
    "(hardtanh(x) - x)**2 < (hardtanh(y) - x)**2",
    "tanh(x)**2 > 0",
    "abs(hardsigmoid(x) - 1/2) < 1/2",
    # past the best constant, in the 12th digit or so
    "softplus(x) - relu(x) <= log(2) - 1/10**12",
    "D(sigmoid(x), x) <= 0.249999999999",
    "silu(x) >= -0.278464542761",
    "mish(x) >= -0.308843413017",
    "gelu(x) >= -0.169971207479",
    "D(gelu(x), x) <= 1.128904145185",
    "D(silu(x), x) <= 1.099839320128",
    "D(mish(x), x) <= 1.088498161251",
    "hardswish(x) >= -0.374999999999",
    "abs(gelu(x) - gelu_tanh(x)) <= 0.000473235",
    "abs(gelu(x) - gelu_sigmoid(x)) <= 0.0203348",
    "abs(Phi(x) - sigmoid(1.702*x)) <= 0.009486",
    "relu(x) - swish(x, beta=beta) <= 0.278464542761/beta",
    "tanh(x) < 0.999999999999",
    "sigmoid(x) > 0.000000000001",
    "relu(x) - gelu(x) <= 0.169971207479",
    "gelu(x) > gelu(-3/4) - 1/10**7",
    "softsign(x) <= 0.999999999999",
    "elu(x, alpha=beta) > -beta*0.999999999999",
    "tanh(x) <= 1.000000000001*x or x < -1/10",
    "x**2 - 2*x + 0.999999999999 >= 0",
    "(x**2 - 2)**2 > 0 - 1/10**12 and (x**2 - 2)**2 >= 1/10**20",
    # broken only far out
    "softplus(x) <= x + 1/1000 or x < 6",
    "tanh(x) > -1 + exp(-50)",
    "softplus(x) > exp(-40)",
    "sigmoid(x) < 1 - exp(-45)",
    "silu(x) > -1 and silu(x) < 1000",
    "1 - tanh(x) > exp(-2.001*x)/1000000 - exp(-100)",
    "exp(x) > x**20",
    "D(sigmoid(x), x) > exp(-1.01*abs(x))/1000 + exp(-200)",
    "log(1 + x**2) <= 20",
    "x**4 - 10000*x**2 >= -100",
    "x*Phi(-x) < phi(x)*(1 - 1/1000)",
    # a window of width 10⁻⁶, or less
    "relu(x) <= x/2 + abs(x)/2 - max(0, min(x - 2, 2.000001 - x))",
    "max(tanh(x), 1 + max(0, min(x - 5, 5.000001 - x))) <= 1",
    "(x - 1/3)**2 >= 1/10**13",
    "(x - 1/7)**2 + y**2 > 0",
    "abs(x - 2/3) > 1/10**7",
    "abs(x**2 - 1/9) >= 1/10**8",
    "hardtanh(x) <= 1 - max(0, 1/10**6 - abs(x - 9))",
    "(x - 12.3456789)**2 > 1/10**14",
    "binary_step(x) == binary_step(x - 1/10**6)",
    "threshold(x, threshold=1, value=0) == threshold(x, threshold=1.000001, value=0)",
    "hardshrink(x, lambd=1/2) == hardshrink(x, lambd=0.5000001)",
    "relu(x) - relu(x - 1/10**7) <= 0.99/10**7",
    # wrong for other parameters
    "prelu(x, a=a) == max(x, a*x)",
    "leaky_relu(x, negative_slope=a) >= relu(x)",
    "elu(x, alpha=beta) >= x",
    "hardtanh(x, min_val=a, max_val=a + beta) >= 0",
    "softshrink(x, lambd=lam) == softshrink(x, lambd=2*lam)",
    "celu(x, alpha=beta) == elu(x, alpha=beta)",
    "swish(x, beta=beta) < swish(x, beta=2*beta)",
    "Lim(softplus(x, beta=beta), beta, 0) == x/2",
    "Lim(swish(x, beta=beta), beta, oo) == x",
    "Lim(elu(x, alpha=beta), x, -oo) == beta",
    # vectors
    "sum(softmax(x)[j], j) == 1 + 1/10**12",
    "softmax(x + c)[i] == softmax(x)[i]*exp(c)",
    "softmax(x)[i] < 1",
    "logsumexp(x) > x[i]",
    "logsumexp(x) > max(x)",
    "logsumexp(x) < max(x) + log(n)",
    "logsumexp(x) <= max(x) + log(n) - 1/10**12",
    "D(softmax(x, beta=beta)[i], x[k]) == D(softmax(x)[i], x[k])",
    "sum(softmax(x)[i]*(x[i] - sum(softmax(x)[j]*x[j], j))**2, i) > 0",
    "D(logsumexp(x), x[i]) == softmax(x)[k]",
    "logmeanexp(x, beta=beta) < max(x)",
    "log_softmax(x)[i] < 0",
    "softmin(x)[i] == softmax(x)[i]",
    "sum(softmax(x)[j]*x[j], j) == mean(x)",
)
# fmt: on

MUTANTS = [*mutants_of_equations(), *((statement, statement) for statement in BY_HAND)]

UNSETTLED = frozenset(
    {
        "(x - 1/7)**2 + y**2 > 0",
        "Lim(softplus(x, beta=beta), beta, 0) == x/2",
    }
)
"""Mutants for which no exact counterexample is found yet; they must stay open, and few."""


@pytest.mark.parametrize(("name", "statement"), MUTANTS, ids=[name for name, _ in MUTANTS])
def test_false_statement_is_refuted(name, statement):
    """A mutant is refuted, and under no circumstances proved."""
    grade = prove(statement).grade
    assert grade is (Grade.OPEN if name in UNSETTLED else Grade.REFUTED)


def test_there_are_enough_mutants():
    """At least 150 mutants, at most one in twenty unsettled."""
    assert len(MUTANTS) >= 150
    assert len(UNSETTLED) <= len(MUTANTS) / 20
    assert {name for name, _ in MUTANTS} >= UNSETTLED
