"""Parameters as programs have them."""

import pytest

from symact import catalog
from symact.lowering.bounds import is_nonnegative, is_nonpositive
from symact.lowering.parameters import named, parameter_nodes, sample_values, signs


@pytest.mark.parametrize("name", catalog.names())
def test_samples_are_inside_the_domains(name):
    """The defaults come first; a second choice is made where there are parameters."""
    activation = catalog.get(name)
    for values in sample_values(activation):
        for parameter in activation.parameters:
            assert values[parameter.symbol] in parameter.domain.subs(values)


def test_samples_by_name():
    """The defaults of a function, and numbers that are no powers of two."""
    assert [named(values) for values in sample_values(catalog.get("softplus"))] == [{"beta": 1.0}, {"beta": 1.3}]
    assert sample_values(catalog.get("gelu")) == [{}]


def test_signs_come_from_the_domains():
    """A parameter of (0, ∞) is not negative; one of any sign is neither."""
    softplus, prelu = catalog.get("softplus"), catalog.get("prelu")
    (beta,), (a,) = parameter_nodes(softplus).values(), parameter_nodes(prelu).values()
    assert is_nonnegative(beta, signs(softplus))
    assert not is_nonpositive(beta, signs(softplus))
    assert not is_nonnegative(a, signs(prelu))
