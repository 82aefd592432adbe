"""A name is an identifier that breaks nothing, or is refused in one line."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symact.catalog import names
from symact.errors import SymactError
from symact.formula.naming import C_MATH, C_WORDS, activation_name, class_name, parameter_name

ROOT = Path(__file__).resolve().parents[2]

# fmt: off
REFUSED = [
    ("",                   "small letters"),
    ("Swish",              "small letters"),
    ("my-swish",           "small letters"),
    ("my swish",           "small letters"),
    ("2swish",             "small letters"),
    ("_swish",             "small letters"),
    ("my__swish",          "small letters"),
    ("swïsh",              "small letters"),
    ("swish\n",            "small letters"),
    ("swish\0",            "small letters"),
    ("../swish",           "small letters"),
    ("a/b",                "small letters"),
    ("a\\b",               "small letters"),
    ("a.b",                "small letters"),
    ("x'; import os #",    "small letters"),
    ("a" * 65,             "too long"),
    ("lambda",             "reserved word in Python"),
    ("match",              "reserved word in Python"),
    ("print",              "function in Python"),
    ("double",             "reserved word in C"),
    ("main",               "reserved word in C"),
    ("class",              "reserved word"),
    ("exp",                "<math.h>"),
    ("fma",                "<math.h>"),
    ("x",                  "generated code"),
    ("np",                 "generated code"),
    ("torch",              "generated code"),
    ("math",               "generated code"),
    ("working",            "generated code"),
    ("gelu",               "taken"),
    ("gelu_grad",          "derivatives"),
    ("gelu_f16",           "derivatives"),
    ("gelu_bf16",          "derivatives"),
    ("gelu_narrow",        "derivatives"),
    ("gelu_single",        "derivatives"),
    ("gelu_plain",         "derivatives"),
    ("mine_grad2",         "derivatives"),
    ("mine_vjp",           "derivatives"),
    ("prelu_grad_a",       "derivatives"),
    ("mine_backward",      "derivatives"),
]

PARAMETERS_REFUSED = [
    ("lambda",             "lambd"),
    ("x",                  "generated code"),
    ("y",                  "generated code"),
    ("dy",                 "generated code"),
    ("n",                  "generated code"),
    ("out",                "generated code"),
    ("input",              "generated code"),
    ("dim",                "generated code"),
    ("self",               "generated code"),
    ("double",             "reserved word in C"),
    ("exp",                "<math.h>"),
    ("NAN",                "<math.h>"),
    ("M_PI",               "<math.h>"),
    ("type",               "generated code"),
    ("exp_of",             "generated code"),
    ("FLOAT",              "generated code"),
    ("_a",                 "letters"),
    ("β",                  "letters"),
    ("a-b",                "letters"),
]
# fmt: on


@pytest.mark.parametrize(("name", "message"), REFUSED)
def test_names_that_are_refused(name, message):
    """Each with its reason, in one printable line."""
    with pytest.raises(SymactError, match=re.escape(message)) as error:
        activation_name(name, names())
    assert str(error.value).isprintable()


@pytest.mark.parametrize(("name", "message"), PARAMETERS_REFUSED)
def test_names_of_parameters_that_are_refused(name, message):
    """A parameter is an argument beside others."""
    with pytest.raises(SymactError, match=re.escape(message)):
        parameter_name(name)


def test_names_that_are_fine():
    """What people call things."""
    for name in ("swish2", "my_swish", "a", "tanh_2", "gradual", "attic"):
        assert activation_name(name) == name
    for name in ("a", "A", "beta_1", "lambd", "min_val", "K", "c0", "lambda_"):
        assert parameter_name(name) == name
    assert class_name("my_swish2") == "MySwish2"


def test_every_name_of_the_catalogue_and_its_parameters_would_be_fine():
    """The catalogue keeps its own rules, but for names that PyTorch prescribes."""
    from symact.catalog import get

    prescribed = {"threshold", "value", "tanh"}
    for name in names():
        for each in (name, *(p.name for p in get(name).parameters)):
            if each not in prescribed:
                assert parameter_name(each) == each


def test_templates_use_no_other_names():
    """Every private function and constant of the templates is refused as the name of an activation."""
    found = set()
    for path in sorted((ROOT / "templates").rglob("*.jinja")):
        text = path.read_text("utf-8")
        if ".py." in path.name:
            found |= {name.lower() for name in re.findall(r"^(?:def|class) _([A-Za-z_0-9]+)", text, re.M)}
            found |= {name.lower() for name in re.findall(r"^_([A-Za-z_0-9]+) =", text, re.M)}
            found |= {
                name for line in re.findall(r"^(?:import|from) .*", text, re.M) for name in re.findall(r"\w+$", line)
            }
        else:
            found |= set(re.findall(r"^(?:KERNEL|APART static|static(?: inline)?) \w+ (\w+)\(", text, re.M))
            found |= set(re.findall(r"^#define (\w+)(?![\w({])", text, re.M))
            for names_ in re.findall(r"^(?:typedef )?enum \{(.*)\}", text, re.M):
                found |= set(re.findall(r"[A-Z]\w+", names_))
    assert {"working", "block", "sum_error", "np", "floats", "exp_of", "FLOAT", "KERNEL"} <= found
    assert not {name for name in found if _is_fine(name)}


def _is_fine(name):
    try:
        return bool(activation_name(name) if name.islower() else parameter_name(name))
    except SymactError:
        return False


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_words_of_c_are_those_of_the_compiler(tmp_path):
    """What the compiler takes for a variable, with <math.h> included, includes every name that is not refused."""
    words = [*C_WORDS, *C_MATH, "alpha", "beta_1", "K"]
    refused = []
    for word in words:
        source = tmp_path / "word.c"
        source.write_text(
            f"#include <math.h>\n#include <stddef.h>\ndouble f(void) {{ double {word} = 1; return {word}; }}\n"
        )
        done = subprocess.run(["cc", "-std=gnu2x", "-fsyntax-only", source], capture_output=True, check=False)
        if done.returncode:
            refused.append(word)
    assert {"double", "for", "NAN"} <= set(refused)
    assert not {"alpha", "beta_1", "K"} & set(refused)
