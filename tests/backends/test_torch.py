"""The generated PyTorch module: signatures, gradients of both orders, modules, in place."""

import inspect
import math
import re
import subprocess
import sys

import pytest
import torch

from symact.backends import render
from symact.backends import torch as torch_backend
from symact.backends.loading import module

DOUBLE = {"dtype": torch.float64, "requires_grad": True}


@pytest.fixture(scope="module")
def generated(samples):
    """Return the module of all samples."""
    return module(list(samples.values()), "torch")


def points(*shape):
    """Return points away from the kinks of the samples."""
    count = math.prod(shape)
    return (torch.linspace(-2.3, 2.7, count, dtype=torch.float64) + 0.013).reshape(shape).requires_grad_()


CASES = {
    "sigmoid": {},
    "hardtanh": {"min_val": -0.7, "max_val": 1.1},
    "rrelu": {},
    "threshold": {"threshold": 0.3, "value": -2.0},
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(generated, name):
    """First and second derivatives agree with differences."""
    function = lambda x: getattr(generated, name)(x, **CASES[name])  # noqa: E731
    assert torch.autograd.gradcheck(function, points(3, 4))
    assert torch.autograd.gradgradcheck(function, points(3, 4))


def test_gradients_of_learned_parameters(generated):
    """A learned parameter has its gradient, and the mixed second derivatives are right."""
    weight = torch.tensor([0.3, -0.2, 1.7], **DOUBLE)
    assert torch.autograd.gradcheck(generated.prelu, (points(2, 3, 2), weight))
    assert torch.autograd.gradgradcheck(generated.prelu, (points(2, 3, 2), weight))
    for beta in (torch.tensor(1.3, **DOUBLE), torch.tensor([0.4, 2.0], **DOUBLE)):
        function = lambda x, b: generated.swish(x, beta=b)  # noqa: E731
        assert torch.autograd.gradcheck(function, (points(5, 2), beta))
        assert torch.autograd.gradgradcheck(function, (points(5, 2), beta))


@pytest.mark.parametrize("name", ["softmax", "logmeanexp"])
@pytest.mark.parametrize("dim", [0, 1])
def test_gradients_over_vectors(generated, name, dim):
    """Functions of a vector have both derivatives along any dimension."""
    function = lambda x: getattr(generated, name)(x, dim, beta=1.7)  # noqa: E731
    assert torch.autograd.gradcheck(function, points(3, 4))
    assert torch.autograd.gradgradcheck(function, points(3, 4))


def test_a_third_derivative_is_refused(generated):
    """What is not generated is an error, not a zero."""
    x = points(3)
    second = generated.sigmoid(x)
    for _ in range(2):
        (second,) = torch.autograd.grad(second.sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="up to the second"):
        torch.autograd.grad(second.sum(), x)


def argument_texts(function):
    """Return arguments as name and default, from the signature or else from the first line of the help."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        inside = re.search(r"\((.*)\)", function.__doc__.strip().splitlines()[0]).group(1)
        parts = [part.partition("=") for part in inside.split(",")]
        return [(name.strip(), default.strip()) for name, _, default in parts if name.strip() not in ("*", "out")]
    blank = inspect.Parameter.empty
    return [(p.name, "" if p.default is blank else repr(p.default)) for p in parameters]


def same_default(ours, theirs):
    """Compare two defaults as numbers where they are numbers."""
    try:
        return float(ours) == float(theirs)
    except ValueError:
        return ours == theirs


@pytest.mark.parametrize(
    "name", [name for name in torch_backend.FACES if name not in ("logmeanexp", "identity")]
)  # not in torch
def test_faces_are_those_of_torch(name):
    """What the table says of a function is what torch has: every argument beyond its parameters."""
    face = torch_backend.FACES[name]
    theirs = [
        argument for argument, _ in argument_texts(getattr(torch.nn.functional, name, None) or getattr(torch, name))
    ]
    assert ("inplace" in theirs) == face.inplace
    named = {argument for argument, _ in face.ignored} | {face.weight, face.choice and face.choice[0]} - {None}
    assert named <= set(theirs)
    if face.axis:
        assert ["input", *(each.partition("=")[0] for each in face.axis)] == theirs


@pytest.mark.parametrize("name", ["sigmoid", "hardtanh", "prelu", "rrelu", "threshold", "softmax"])
def test_signatures_are_those_of_torch(generated, name):
    """Functions and classes take torch's arguments, in torch's order, with torch's defaults."""
    ours = argument_texts(getattr(generated, name))
    theirs = argument_texts(getattr(torch.nn.functional, name))
    assert [argument for argument, _ in ours[: len(theirs)]] == [argument for argument, _ in theirs]
    assert all(same_default(o, t) for (_, o), (_, t) in zip(ours, theirs, strict=False))
    extra = list(inspect.signature(getattr(generated, name)).parameters.values())[len(theirs) :]
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in extra)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 0, 3), (2, 3, 4)])
def test_shape_and_type_are_kept(generated, dtype, shape):
    """The result and the gradient have the shape and the type of the input."""
    for name, options in CASES.items():
        x = torch.randn(shape).to(dtype).requires_grad_()
        y = getattr(generated, name)(x, **options)
        assert (y.shape, y.dtype) == (x.shape, dtype)
        (dx,) = torch.autograd.grad(y.sum(), x)
        assert (dx.shape, dx.dtype) == (x.shape, dtype)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_narrow_types_are_rounded_once(generated, dtype):
    """A narrow type gives the double-precision value and gradient, rounded."""
    x = torch.linspace(-12, 12, 999).to(dtype).requires_grad_()
    wide = x.detach().double().requires_grad_()
    y, reference = generated.sigmoid(x), generated.sigmoid(wide)
    assert torch.equal(y, reference.to(dtype))
    upstream = torch.linspace(-3, 5, 999).to(dtype)
    (dx,), (exact,) = (
        torch.autograd.grad(y, x, upstream),
        torch.autograd.grad(reference, wide, upstream.double()),
    )
    assert torch.equal(dx, exact.to(dtype))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("parameter", [0.25, 0.0, 0.01, 0.1, 1 / 3, 1e-5, 1e-9, 1e-42, 1.5e5])
def test_programs_that_round_once_are_as_exact_in_narrow_types(generated, dtype, parameter):
    """Decisions are those of the parameter as given, and what scales by it is right to the last digit."""
    near = torch.tensor(parameter, dtype=dtype)
    steps = [near, torch.nextafter(near, torch.zeros_like(near)), torch.nextafter(near, torch.full_like(near, 9))]
    x = torch.cat([torch.stack(steps), torch.tensor([3.0, 1e4, 1e-3]).to(dtype)])
    x = torch.cat([x, -x]).requires_grad_()
    wide = x.detach().double()
    decided = generated.threshold(x, parameter, -2.0)
    assert torch.equal(decided, torch.where(wide > parameter, wide, -2.0).to(dtype))
    (slope,) = torch.autograd.grad(decided.sum(), x)
    assert torch.equal(slope, (wide > parameter).to(dtype))
    for slopes in (torch.tensor([parameter], dtype=torch.float64), near.reshape(1)):
        scaled = torch.where(wide > 0, wide, wide * slopes.double()).to(dtype)
        assert torch.equal(generated.prelu(x, slopes), scaled)


@pytest.mark.parametrize(("threshold", "wide"), [(0.5, False), (0.1, True), (70000.0, False)])
def test_programs_that_round_once_run_in_the_type_of_the_argument(generated, monkeypatch, threshold, wide):
    """float32 stays float32 where the parameters that decide are numbers of it, and only there."""
    seen = []
    program = generated._THRESHOLD.value
    monkeypatch.setattr(generated._THRESHOLD, "value", lambda x, *p: seen.append(x.dtype) or program(x, *p))
    generated.threshold(torch.ones(3), threshold, 1.0)
    assert seen == [torch.float64 if wide else torch.float32]


def test_blocks_join(generated):
    """A tensor longer than a block gives the same as its pieces, backward too."""
    x = torch.randn(torch.get_num_threads() * 2**15 + 77).requires_grad_()
    upstream = torch.randn_like(x)
    y = generated.sigmoid(x)
    (dx,) = torch.autograd.grad(y, x, upstream)
    pieces = [part.detach().requires_grad_() for part in x.split(1000)]
    parts = [generated.sigmoid(piece) for piece in pieces]
    assert torch.equal(y, torch.cat(parts))
    assert torch.equal(dx, torch.cat(torch.autograd.grad(parts, pieces, upstream.split(1000))))


@pytest.mark.parametrize("name", ["softmax", "logmeanexp"])
@pytest.mark.parametrize("shape", [(500, 300), (7, 100, 200), (100_000,)])
def test_blocks_of_rows_join(generated, name, shape):
    """Many rows, or one long one, give the same as each by itself, backward too."""
    x = torch.randn(shape).requires_grad_()
    function = getattr(generated, name)
    y = function(x, -1)
    upstream = torch.randn_like(y)
    (dx,) = torch.autograd.grad(y, x, upstream)
    rows = x.detach().reshape(-1, shape[-1])[:50].requires_grad_()
    expected = torch.stack([function(row, -1) for row in rows])
    assert torch.allclose(y.reshape(-1, *expected.shape[1:])[:50], expected, rtol=1e-6, atol=0)
    (rows_dx,) = torch.autograd.grad(expected, rows, upstream.reshape(-1, *expected.shape[1:])[:50])
    assert torch.allclose(dx.reshape(-1, shape[-1])[:50], rows_dx, rtol=1e-5, atol=1e-9)


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")  # torch's own tracer does it
@pytest.mark.parametrize("name", ["sigmoid", "hardtanh"])
def test_compiled(generated, name):
    """torch.compile traces a function and its gradient into one graph that computes the same."""
    function = getattr(generated, name)
    try:
        compiled = torch.compile(function, backend="aot_eager", fullgraph=True)
        compiled(torch.zeros(1))
    except RuntimeError as error:
        if "not supported" in str(error):
            pytest.skip(f"torch.compile does not work here: {error}")
        raise
    x = torch.linspace(-3, 3, 101, requires_grad=True)
    assert torch.equal(compiled(x), function(x))
    for result in (compiled(x), function(x)):
        result.sum().backward()
    half = x.grad / 2
    (once,) = torch.autograd.grad(function(x).sum(), x)
    assert torch.equal(half, once)


def test_only_real_tensors(generated):
    """Integers become the default type, complex numbers are refused."""
    assert generated.sigmoid(torch.tensor([0, 1])).dtype == torch.get_default_dtype()
    with pytest.raises(TypeError, match="real tensor"):
        generated.sigmoid(torch.tensor(1j))


def test_layout_and_no_grad(generated):
    """Strided tensors and no_grad give the same values."""
    x = torch.randn(6, 8, dtype=torch.float64, requires_grad=True)
    for view in (x.t(), x[:, ::3], x[1]):
        assert torch.equal(generated.swish(view), generated.swish(view.detach().clone().contiguous()))
    with torch.no_grad():
        assert not generated.swish(x).requires_grad


def test_inplace(generated):
    """inplace=True writes into the input, returns it, and keeps the gradient right."""
    x = torch.linspace(-2, 2, 9)
    expected = generated.hardtanh(x)
    assert generated.hardtanh(x, inplace=True) is x
    assert torch.equal(x, expected)
    leaf = points(7)
    middle = leaf * 1.0
    generated.hardtanh(middle, inplace=True).sum().backward()
    assert torch.equal(leaf.grad, ((leaf > -1) & (leaf < 1)).double())


def test_random_slopes(generated):
    """While training each negative number has its own slope within the bounds; evaluation has the mean."""
    torch.manual_seed(0)
    x = torch.full((1000,), -1.0, requires_grad=True)
    y = generated.rrelu(x, 0.1, 0.3, training=True)
    slopes = -y.detach()
    assert slopes.min() >= 0.1
    assert slopes.max() <= 0.3
    assert slopes.unique().numel() > 900
    (dx,) = torch.autograd.grad(y.sum(), x)
    assert torch.equal(dx, slopes)
    assert torch.equal(generated.rrelu(torch.tensor([-1.0])), torch.tensor([-(0.125 + 1 / 3) / 2]))
    layer = generated.RReLU()
    assert layer(x).unique().numel() > 900
    assert layer.eval()(x).unique().numel() == 1


def test_channels(generated):
    """prelu has a slope for each channel along dimension 1, or one for all; another number is refused."""
    x = -torch.ones(2, 3, 4)
    assert generated.prelu(x, torch.tensor([1.0, 2.0, 3.0]))[0, :, 0].tolist() == [-1.0, -2.0, -3.0]
    assert generated.prelu(x, torch.tensor([0.5])).unique().tolist() == [-0.5]
    assert generated.prelu(torch.tensor(-2.0), torch.tensor([0.5])).item() == -1.0
    with pytest.raises(ValueError, match="2 numbers, the input 3 channels"):
        generated.prelu(x, torch.ones(2))


def test_modules_learn(generated):
    """PReLU and Swish have parameters that get gradients, and are built and shown as in torch."""
    layer = generated.PReLU(3, init=0.1, dtype=torch.float64)
    reference = torch.nn.PReLU(3, init=0.1, dtype=torch.float64)
    assert repr(layer) == repr(reference)
    x = points(2, 3)
    for each in (layer, reference):
        each(x).pow(2).sum().backward()
    assert torch.allclose(layer.weight.grad, reference.weight.grad)
    swish = generated.Swish(beta=2.0)
    swish(torch.randn(5)).sum().backward()
    assert swish.beta.grad.shape == ()
    assert repr(swish) == "Swish(beta=2)"
    assert set(layer.state_dict()) == set(reference.state_dict())


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("Hardtanh", (-2.0, 3.0)), ("Hardtanh", (-2.0, 3.0, True)), ("Sigmoid", ()), ("Softmax", (1,))],
)
def test_modules_agree_with_torch(generated, name, arguments):
    """A module is shown as torch shows it and computes the same."""
    ours, theirs = getattr(generated, name)(*arguments), getattr(torch.nn, name)(*arguments)
    if name != "Softmax":  # ours has β too
        assert repr(ours) == repr(theirs)
    assert torch.allclose(ours(points(3, 4).detach().clone()), theirs(points(3, 4).detach().clone()))


def test_parameters_outside_their_domain_are_refused(generated):
    """The domain is named, for numbers and for learned tensors; a number that needs a gradient is refused."""
    with pytest.raises(ValueError, match=r"max_val = -2.0 is outside its domain \(min_val, ∞\)"):
        generated.hardtanh(points(2), max_val=-2)
    with pytest.raises(ValueError, match="swish: beta"):
        generated.swish(points(2), beta=torch.tensor([1.0, -1.0]))
    with pytest.raises(TypeError, match="beta is not learned"):
        generated.softmax(points(2), 0, beta=torch.tensor(1.0, requires_grad=True))


def test_reductions(generated):
    """A reduction takes one or several dimensions and keeps them if asked."""
    x = points(2, 3, 4)
    both = generated.logmeanexp(x, (0, 2))
    assert both.shape == (3,)
    expected = torch.logsumexp(x, (0, 2)) - math.log(8)
    assert torch.allclose(both, expected)
    assert generated.logmeanexp(x, (0, -1), keepdim=True).shape == (1, 3, 1)
    assert generated.logmeanexp(x[0, 0, 0], 0).shape == ()


def test_softmax_without_a_dimension(generated):
    """dim=None is torch's own choice, dtype converts first."""
    for x in (points(4), points(3, 4), points(2, 3, 4), points(2, 2, 3, 2), points(1)[0]):
        chosen = 0 if x.dim() in (0, 1, 3) else 1
        assert torch.allclose(generated.softmax(x), torch.softmax(x, chosen))
    assert generated.softmax(points(3).float(), 0, dtype=torch.float64).dtype == torch.float64


def test_transforms(generated):
    """torch.func's grad and vmap see through the functions."""
    x = points(5).detach()
    slopes = torch.func.vmap(torch.func.grad(generated.sigmoid))(x)
    assert torch.allclose(slopes, torch.sigmoid(x) * torch.sigmoid(-x))


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own forward mode uses it
def test_forward_mode_is_refused(generated):
    """Forward-mode differentiation is an error, not the derivative of the operations of a program."""
    with pytest.raises(NotImplementedError):
        torch.func.jvp(generated.sigmoid, (torch.ones(3),), (torch.ones(3),))
    with pytest.raises(RuntimeError, match=r"vmap|jvp|forward"):
        torch.func.jacfwd(generated.hardtanh)(torch.ones(3))


def test_nothing_but_torch_is_imported(samples, tmp_path):
    """The generated file imports torch alone."""
    (tmp_path / "symact_torch.py").write_text(render(list(samples.values()), "torch")["symact_torch.py"], "utf-8")
    text = (tmp_path / "symact_torch.py").read_text("utf-8")
    imports = re.findall(r"^\s*(?:import|from) (\S+)", text, re.MULTILINE)
    assert set(imports) == {"torch"}
    subprocess.run(
        [sys.executable, "-I", "-c", f"exec(open({str(tmp_path / 'symact_torch.py')!r}).read())"], check=True
    )
