"""The one place where a name becomes an identifier of generated code.

A name of an activation is the name of a function in Python and, with a prefix, in C; a name of a parameter is an
argument in both.  Whatever is refused here would be shadowed, would shadow something, or would not compile.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from keyword import iskeyword, issoftkeyword

from symact.errors import SymactError

LONGEST = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# fmt: off
C_WORDS = _words("""
    auto break case char const continue default do double else enum extern float for goto if inline int long main
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    alignas alignof bool catch class concept constexpr consteval constinit decltype delete dynamic_cast explicit export
    false friend mutable namespace new noexcept nullptr operator private protected public reinterpret_cast requires
    static_assert static_cast template this thread_local throw true try typeid typename using virtual wchar_t
    asm typeof size_t ptrdiff_t and_eq bitand bitor compl not_eq or_eq xor xor_eq co_await co_return co_yield
""")
"""Reserved in C or, since the header is for both, in C++."""

C_MATH = _words("""
    acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp log log10 log1p
    log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint
    llrint round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma
    fpclassify isfinite isinf isnan isnormal signbit isgreater isgreaterequal isless islessequal islessgreater
    isunordered NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL MATH_ERREXCEPT math_errhandling
""")
"""Functions and macros of <math.h> in C99."""

GENERATED = _words("""
    x y dy dx n i row rows np numpy math scipy special torch nn Tensor tensor functional symact
    input out axis dim keepdim dtype device inplace training self cls args kwargs result values working blocks
    block floats parameter require elementwise along number chain vector slope_of widened can_be_cut computed keeps
    differentiable has_tangent is_readable apply over_rows reduced fill_with_nan fits forward backward value_of
    binade choose lifted namedtuple narrow power_of_two wide minimum maximum select sum_error product_error exp_sum
    erfcx erfcx_narrow erfcx_over erfcx_under exp_24 log1p_single within polynomial row_add row_max row_sum halves
    error_of type result_type FLOAT DOUBLE LANES ROW_LANES BLOCK LARGE SHARE KERNEL APART INLINED FUSED FUSED_512 WIDEST
    PROCESSORS INDEPENDENT exp_of expf_of exp_sumf expm1_of expm1f_of exponential_of exponentialf_of growth_of
    held_growth_of held_exp_of held_expm1_of held_erfcx_of held_log1p_of times_decay_of log_of log_sum log_sumf
    log1p_of log1pf_of tanh_of tanhf_of erf_of erfcx_of decay_of lifted_decay_of risen_decay_of times_logistic_of
    phi2_of phi2f_of power_of_sum power_of_sumf two_to two_tof halved nearest nearestf minimumf maximumf sum_errorf
    product_errorf row_greatest row_greatestf row_maxf row_total beside is_middle ROW_BLOCK LANEWISE row_addf
    row_count row_add_rounded row_add_roundedf row_peak row_peakf row_power row_powerf row_shift row_shiftf
    row_shift_of row_shiftf_of shift next raised_growthf_of float_of double_of bits_of bits_of_float least_normal
    is_near_middle rounded_to_odd in_double is_unsure through_float THROUGH_FLOAT times_excess_of times_log_decay_of
""")
"""What the templates of the generated code use; tests/formula/test_naming.py compares."""
# fmt: on

_MACRO = re.compile(r"(?:M|FLT|DBL|LDBL|FP|SYMACT|_)_\w+")
_DERIVED = re.compile(r"_(?:grad|grad2|grad_\w+|vjp|backward|at|narrow|single|plain|f16|bf16|f32|f64)$")
_CALLABLE_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))

_INSTEAD = {"lambda": "lambd"}


def activation_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name that may be that of an activation, and so of a generated function.

    Parameters
    ----------
    name
        A lower-case identifier.
    taken
        Names that there are already.

    Raises
    ------
    SymactError
        If it cannot be; the message says why.

    Examples
    --------
    >>> activation_name("my_swish")
    'my_swish'
    """
    _check_identifier(name, "name", r"[a-z][a-z0-9_]*", "small letters, digits and _, for example my_swish")
    if name in taken:
        raise SymactError(f"the name '{name}' is taken: the catalogue has a function of that name")
    if name in _CALLABLE_BUILTINS:
        raise SymactError(f"the name '{name}' is that of a function in Python; choose another, for example my_{name}")
    derived = _DERIVED.search(name)
    if derived:
        raise SymactError(f"the name '{name}' ends as those of derivatives do ('{derived[0]}'); choose another")
    _check_not_reserved(name, "name", f"choose another, for example my_{name}")
    return name


def parameter_name(name: str) -> str:
    """Return a name that may be that of a parameter, and so of an argument of generated functions.

    Raises
    ------
    SymactError
        If it cannot be; the message says why.
    """
    _check_identifier(name, "parameter name", r"[A-Za-z][A-Za-z0-9_]*", "letters, digits and _, for example beta_1")
    _check_not_reserved(name, "parameter name", f"choose another, for example {_INSTEAD.get(name, f'{name}_1')}")
    return name


def class_name(name: str) -> str:
    """Return the name of the class that PyTorch's users expect beside a function: MySwish for my_swish."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _check_identifier(name: str, kind: str, pattern: str, advice: str) -> None:
    if not isinstance(name, str) or len(name) > LONGEST:
        raise SymactError(f"the {kind} is too long (at most {LONGEST} characters)")
    if not re.fullmatch(pattern, name, re.ASCII) or "__" in name:
        raise SymactError(f"the {kind} '{_shown(name)}' cannot be used: write {advice}")


def _check_not_reserved(name: str, kind: str, advice: str) -> None:
    reasons = (
        (iskeyword(name) or issoftkeyword(name), "a reserved word in Python"),
        (name in C_WORDS, "a reserved word in C"),
        (name in C_MATH or _MACRO.fullmatch(name), "in use by C's <math.h>"),
        (name in GENERATED, "in use by the generated code"),
    )
    for is_so, reason in reasons:
        if is_so:
            raise SymactError(f"the {kind} '{name}' is {reason}; {advice}")


def _shown(name: str) -> str:
    short = name if len(name) <= 24 else f"{name[:20]}…"
    return short if short.isprintable() else ascii(short)[1:-1]
