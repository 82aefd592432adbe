"""The PyTorch backend: one module of differentiable functions and ``nn.Module`` classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symact.backends import templates
from symact.backends.description import WIDTH, details, headline, tolerance
from symact.backends.numpy import (
    body,
    bracketed,
    is_computed_in_float32,
    narrow_program,
    shorter_programs,
    usual_parameters,
    wide_function,
)
from symact.backends.printer import (
    ATOM,
    PYTHON_OPERATORS,
    Printer,
    Row,
    Style,
    call,
    call2,
    helpers,
    wide_functions,
)
from symact.lowering import erfcx
from symact.lowering.arithmetic import ONE, op, twice
from symact.lowering.program import Kernels, Keyword, Node, Program, rewritten

FILE = "symact_torch.py"

FUNCTIONS = frozenset(
    ("abs", "sqrt", "exp", "expm1", "log", "log1p", "tanh", "erf", "erfcx", "sin", "cos", "atan", "asinh", "exp_sum")
)
"""The operations that torch has for tensors only."""

STYLE = Style(
    rows={
        **PYTHON_OPERATORS,
        "abs": call("torch.abs"),
        "sqrt": call("torch.sqrt"),
        "minimum": call("torch.clamp({0}, max={1})"),
        "maximum": call("torch.clamp({0}, min={1})"),
        "exp": call("torch.exp"),
        "expm1": call("torch.expm1"),
        "log": call("torch.log"),
        "log1p": call("torch.log1p"),
        "tanh": call("torch.tanh"),
        "erf": call("torch.erf"),
        "sin": call("torch.sin"),
        "cos": call("torch.cos"),
        "atan": call("torch.atan"),
        "asinh": call("torch.asinh"),
        "sum_error": call2("_sum_error", "sum_error"),
        "product_error": call2("_product_error", "product_error"),
        "exp_sum": call2("_exp_sum", "exp_sum"),
        "erfcx": call("_erfcx", "sum_error", "erfcx"),
        "select": call("_select({0}, {1}, {2}, {array})", "select"),
        "rint": call("torch.round"),
        "binade": Row("torch.frexp({0}).exponent - 1.0", 11, (0,)),
        "power_of_two": call("_power_of_two", "power_of_two"),
        "wide": call("_wide({0}, {1}, {2}, {array})", "wide"),
        "high": Row("{0}.high", ATOM, (ATOM,), ("wide",)),
        "low": Row("{0}.low", ATOM, (ATOM,), ("wide",)),
        "exponent": Row("{0}.exponent", ATOM, (ATOM,), ("wide",)),
        "widen": call("_wide_normal(_lifted({0}, {array}))", "wide", "power_of_two", "lifted"),
        "narrow": call("_narrow", "power_of_two", "narrow"),
        "choose": call("_choose({0}, {1}, {2})", "wide", "choose"),
        "row_max": call("_row_max", "row_max"),
        "row_sum": call("torch.sum({0}, dim=-1, keepdim=True)"),
    },
    infinity='float("inf")',
    nan='float("nan")',
    negation=13,
    length="{0}.new_tensor({0}.shape[-1])",  # a tensor: torch.log takes no number
    wide="_wide_",
)

SHORT_STYLE = replace(
    STYLE,
    rows={
        **STYLE.rows,
        **dict.fromkeys(("exp_30", "exp_53", "exp_single"), call("torch.exp")),
        **dict.fromkeys(("log1p_30", "log1p_single"), call("torch.log1p")),
        "expm1_30": call("torch.expm1"),
        "exp_24": call("torch.exp({0}.double()).float()"),
        "tanh_single": call("torch.tanh"),
        "erfcx_29": call("_erfcx_narrow", "polynomial", "erfcx_narrow"),
    },
)
"""For programs in double precision whose results have fewer digits, those in float32, and plain ones."""


@dataclass(frozen=True)
class Face:
    """What ``torch.nn.functional`` gives a function beside its parameters.

    Attributes
    ----------
    inplace
        Whether the result can be written into the argument.
    ignored
        An argument that torch's approximation needs and an exact function does not, with its default.
    choice
        An argument that picks another entry: its name, and for each value the entry; the first is the
        default.
    weight
        The name of a learned parameter that is given as a tensor, one number for all or one for each channel.
    axis
        The arguments that say along which dimensions a function of a vector runs.
    anything
        Whether the module is built from any arguments, and ignores them.
    """

    inplace: bool = False
    ignored: tuple[tuple[str, str], ...] = ()
    choice: tuple[str, Mapping[str, str]] | None = None
    weight: str | None = None
    axis: tuple[str, ...] = ()
    anything: bool = False


_SOFT = Face(axis=("dim=None", "_stacklevel=3", "dtype=None"))
_REDUCTION = Face(axis=("dim", "keepdim=False"))

FACES: Mapping[str, Face] = {
    "identity": Face(anything=True),
    "relu": Face(inplace=True),
    "relu6": Face(inplace=True),
    "leaky_relu": Face(inplace=True),
    "rrelu": Face(inplace=True),
    "prelu": Face(weight="weight"),
    "hardtanh": Face(inplace=True),
    "threshold": Face(inplace=True),
    "elu": Face(inplace=True),
    "celu": Face(inplace=True),
    "selu": Face(inplace=True),
    "silu": Face(inplace=True),
    "mish": Face(inplace=True),
    "hardswish": Face(inplace=True),
    "hardsigmoid": Face(inplace=True),
    "gelu": Face(choice=("approximate", {"none": "gelu", "tanh": "gelu_tanh"})),
    "softplus": Face(ignored=(("threshold", "20.0"),)),
    "softmax": _SOFT,
    "softmin": _SOFT,
    "log_softmax": _SOFT,
    "logsumexp": _REDUCTION,
    "logmeanexp": _REDUCTION,
}


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated file: its name and its text."""
    programs = [program for each in kernels for program in each.programs()]
    present = {each.name for each in kernels}
    functions = [_function(each, present) for each in kernels]
    results = [program.result for program in programs]
    elementwise = [program for each in kernels if each.is_elementwise for program in _chained(each)]
    shorter = [result for program in elementwise for _, _, result in _shorter(program)]
    text = templates.render(
        "torch/module.py.jinja",
        functions=functions,
        names=sorted({each.name for each in kernels} | {each.module for each in kernels if each.module}),
        helpers=(
            *(["tensor"] if any(map(_numbers_in_functions, [*results, *shorter])) else []),
            *dict.fromkeys((*helpers(STYLE, results), *helpers(SHORT_STYLE, shorter))),
        ),
        wide_functions=[wide_function(STYLE, each) for each in wide_functions(STYLE, programs)],
        erfcx=erfcx,
    )
    return {FILE: text}


@dataclass(frozen=True)
class Signature:
    """The arguments of a function and of the constructor of its module, written out."""

    function: list[str] = field(default_factory=list)
    constructor: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)  # what the module keeps and shows, in order


def _function(kernels: Kernels, present: set[str]) -> dict[str, Any]:
    if kernels.is_elementwise:
        face = FACES.get(kernels.name, Face())
    else:
        face = FACES.get(kernels.name, _REDUCTION if kernels.is_reduction else _SOFT)
    parameters = [_parameter(keyword) for keyword in kernels.keywords]
    learned = [p["name"] for p in parameters if p["role"] == "learned"]
    random = [p for p in parameters if p["role"] == "random"]
    choices = {v: e for v, e in face.choice[1].items() if e in present} if face.choice else {}
    signature = _signature(kernels, face, parameters, bool(random))
    return {
        "name": kernels.name,
        "module": kernels.module,
        "headline": headline(kernels, kernels.value),
        "details": details(kernels, kernels.value, WIDTH - 4),
        "programs": [each for program in kernels.programs() for each in _bodies(kernels, program)],
        "elementwise": kernels.is_elementwise,
        "drops_axis": kernels.is_reduction,
        "parameters": parameters,
        "used": [p["name"] for p in parameters],
        "learned": learned,
        "random": random[0] if random else None,
        "bounds": _bounds(kernels) if random else (),
        "face": face,
        "choice": face.choice[0] if face.choice else None,
        "choices": choices,
        "signature": signature,
        "chain": _chain(kernels) if kernels.is_elementwise else None,
        "needs": _tuple(kernels.vjp.arguments) if kernels.vjp else None,
        "forward": _forward(face, signature, learned, bool(random)),
        "shown": _shown(face, signature, learned),
    }


def _tuple(names: Sequence[str]) -> str:
    """Write a tuple of names as Python does, in double quotes."""
    return repr(tuple(names)).replace("'", '"')


def _shown(face: Face, signature: Signature, learned: Sequence[str]) -> str | None:
    """Write the expression of ``extra_repr``, ``None`` for a module without settings."""
    settings = [f"{name}={{self.{name}!r}}" for name in signature.stored]
    settings += [f"{name}={{self.{name}.item():.5g}}" for name in learned if not signature.stored]
    if not face.inplace:
        return f'f"{", ".join(settings)}"' if settings else None
    if not settings:
        return '"inplace=True" if self.inplace else ""'
    return f'f"{", ".join(settings)}" + (", inplace=True" if self.inplace else "")'


def _chained(kernels: Kernels) -> tuple[Program, ...]:
    """Return a function and its derivatives by x."""
    return tuple(program for program in (kernels.value, kernels.grad, kernels.grad2) if program)


def _chain(kernels: Kernels) -> str:
    """Write the chain of derivatives; the partial derivatives of f′ are slopes of those of f (Schwarz)."""
    partials = [
        f"_{kernels.name}_grad_{k.name}" if k.name in kernels.parameter_grads else "None" for k in kernels.keywords
    ]
    mixed = [f"_slope_of({partial})" if partial != "None" else partial for partial in partials]
    chain = ""
    for program, by_parameter in zip(_chained(kernels)[::-1], ([], mixed, partials), strict=True):
        given = [f"_{program.name}", str(tolerance(program)), *([chain] if chain else [])]
        given += [f"({', '.join(by_parameter)},)"] if by_parameter and kernels.parameter_grads else []
        chain = f"_Chain({', '.join([*given, *_options(kernels, program)])})"
    name = f"_{kernels.name.upper()}"
    return f"{name} = {bracketed(chain, len(name) + 3)}".replace("\n    ", "\n")


def _options(kernels: Kernels, program: Program) -> list[str]:
    """Return what a chain is told of shorter programs."""
    options = ["float32=True"] if is_computed_in_float32(program) else []
    if narrow_program(program):
        options.append(f"narrow=_{program.name}_narrow")
    for kind, shorter in shorter_programs(program).items():
        options.append(f"{kind}=(_{program.name}_{kind}, {shorter.reach!r})")
    if usual := usual_parameters(program):
        given = [repr(usual[k.name]) if k.name in program.parameters else "None" for k in kernels.keywords]
        options.append(f"usual=({', '.join(given)},)")
    return options


def _forward(face: Face, signature: Signature, learned: Sequence[str], random: bool) -> list[str]:
    """Write the arguments with which a module calls its function."""
    if face.weight:
        return ["input", f"self.{face.weight}"]
    names = [*signature.stored, *(learned if not signature.stored else ())]
    given = [f"{name}=self.{name}" for name in names]
    training = ["training=self.training"] if random else []
    return ["input", *given, *training, *(["inplace=self.inplace"] if face.inplace else [])]


def _bounds(kernels: Kernels) -> tuple[str, ...]:
    """Return the names of the parameters between which a random one lies: those that its mean is made of."""
    for keyword in kernels.keywords:
        if keyword.mean is not None:
            return tuple(node.label for node in keyword.mean.walk() if node.op == "parameter")
    return ()


def _bodies(kernels: Kernels, program: Program) -> list[dict[str, Any]]:
    """Return a program, and the shorter ones that a chain of derivatives has beside it."""
    # Every program of an activation takes every parameter: a chain of derivatives passes them on.
    arguments = (*program.arguments, *(keyword.name for keyword in kernels.keywords))
    said = headline(kernels, program)
    bodies = [_body(STYLE, arguments, program.name, said, program.result)]
    if kernels.is_elementwise and program in _chained(kernels):
        for kind, takes_parameters, result in _shorter(program):
            given = arguments if takes_parameters else program.arguments
            bodies.append(_body(SHORT_STYLE, given, f"{program.name}_{kind}", said, result))
    return bodies


def _shorter(program: Program) -> Iterator[tuple[str, bool, Node]]:
    """Yield programs for fewer digits, or for what is not large: of what kind, and whether they take parameters."""
    if narrow := narrow_program(program):
        yield "narrow", True, narrow
    for kind, shorter in shorter_programs(program).items():
        yield kind, False, rewritten(shorter.result, _as_expm1)


def _as_expm1(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write 2t/(1 − t), t = tanh(u/2), as e^u − 1, which torch computes faster and more exactly, other than NumPy."""
    if step.op != "div" or step.args[1].op != "sub":
        return None
    half = step.args[1].args[1]
    if half.op != "tanh_single" or step.args != (op("add", half, half), op("sub", ONE, half)):
        return None
    return Node("expm1", (twice(rebuilt[half].args[0]),), name=step.name)


def _body(style: Style, arguments: tuple[str, ...], name: str, said: str, value: Node) -> dict[str, Any]:
    printer = Printer(style, {}, array=arguments[0])
    common = body(printer, arguments, name, value)
    tensors = [f"{p} = _tensor({p}, {printer.array})" for p in _numbers_in_functions(value)]
    return {**common, "headline": said, "lines": [*tensors, *common["lines"]]}


def _numbers_in_functions(result: Node) -> tuple[str, ...]:
    """Return the parameters that functions are applied to without an array: torch's functions take no numbers."""
    found: dict[str, None] = {}
    for node in result.walk():
        if node.args and node.op in FUNCTIONS and not any(below.op == "argument" for below in node.walk()):
            found.update(dict.fromkeys(below.label for below in node.walk() if below.op == "parameter"))
    return tuple(found)


def _parameter(keyword: Keyword) -> dict[str, Any]:
    printer = Printer(STYLE, {})
    return {
        "name": keyword.name,
        "role": keyword.role,
        "default": None if keyword.default is None else repr(keyword.default),
        "computed": printer.text(keyword.mean) if keyword.mean is not None else None,
        "condition": printer.text(keyword.condition) if keyword.condition is not None else None,
        "domain": keyword.domain,
    }


def _signature(kernels: Kernels, face: Face, parameters: list[dict[str, Any]], random: bool) -> Signature:
    """Write the arguments in torch's order; parameters that torch does not have are keywords."""
    given = [p for p in parameters if p["role"] != "random"]
    plain = [p["name"] if p["default"] is None else f"{p['name']}={p['default']}" for p in given]
    names = [p["name"] for p in given]
    ignored = [f"{name}={default}" for name, default in face.ignored]
    choice = [f"{face.choice[0]}={next(iter(face.choice[1]))!r}".replace("'", '"')] if face.choice else []
    inplace = ["inplace=False"] if face.inplace else []
    if face.anything:
        return Signature(["input"], ["*args", "**kwargs"], [])
    if face.weight:
        initial = given[0]["default"]
        return Signature(
            ["input", face.weight],
            ["num_parameters=1", f"init={initial}", "device=None", "dtype=None"],
            ["num_parameters"],
        )
    if not kernels.is_elementwise:
        beyond = ["*", *plain] if plain else []
        axis = [each for each in face.axis if not each.startswith(("_", "dtype"))]
        return Signature(
            ["input", *face.axis, *beyond],
            [*axis, *beyond],
            [*(each.partition("=")[0] for each in axis), *names],
        )
    stored = [*names, *(name for name, _ in face.ignored), *([face.choice[0]] if face.choice else [])]
    if any(p["role"] == "learned" for p in given):
        return Signature(["input", "*", *plain], [*plain, "device=None", "dtype=None"], [])
    if kernels.torch is None and plain:
        return Signature(["input", "*", *plain], plain, stored)
    training = ["training=False"] if random else []
    return Signature(
        ["input", *choice, *plain, *ignored, *training, *inplace],
        [*choice, *plain, *ignored, *inplace],
        stored,
    )
