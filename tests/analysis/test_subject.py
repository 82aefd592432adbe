import pytest
from sympy import Interval, Symbol, exp, oo

from symact.activation import Activation, Parameter, x
from symact.analysis.subject import first_answer, subjects
from symact.catalog import get
from symact.errors import OpenError


@pytest.mark.parametrize("name", ["softplus", "swish", "celu", "softshrink", "hardshrink"])
def test_a_scale_is_divided_out_and_put_back(name):
    """The first subject is free of the parameter, and v·g(x/s) is f."""
    entry = get(name)
    subject = subjects(entry)[0]
    (parameter,) = entry.parameters
    assert not subject.cells.cells[0].expr.free_symbols - {x}
    for point in (-4, -1, 2, 5):
        values = {parameter.symbol: 3}
        scale, height = (subject.restored(e).subs(values) for e in (subject.place, subject.value))
        branch = subject.cells.branch_at(point / scale)
        ours = height * getattr(branch, "expr", getattr(branch, "value", None)).subs(x, point / scale)
        assert abs(float((ours - entry.expr.subs(values).subs(x, point)).evalf())) < 1e-12


def test_a_parameter_that_does_more_than_scale_stays():
    """ELU's α is not a scale: no subject divides it out."""
    assert all(s.place == 1 for s in subjects(get("elu")))


def test_defaults_come_last_and_are_named():
    """The last subject is at the defaults, and says so."""
    assert subjects(get("leaky_relu"))[-1].at == "negative_slope = 1/100"
    assert subjects(get("threshold"))[-1].at == ""


def test_the_reason_of_the_last_attempt_is_kept():
    """If no subject answers, the error says why."""
    shift = Symbol("shift", real=True)
    entry = Activation("shifted", exp(x) + shift, parameters=(Parameter(shift, domain=Interval(-oo, oo)),))

    def question(subject):
        raise OpenError("no idea")

    with pytest.raises(OpenError, match="no idea"):
        first_answer(entry, question)
