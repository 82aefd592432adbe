"""The loops of the generated C over arrays."""

import platform
import re
import shutil
import subprocess

import pytest

from generated import GENERATED


@pytest.mark.skipif(shutil.which("gcc") is None or platform.machine() != "x86_64", reason="gcc and AVX-512 are needed")
def test_every_loop_computes_several_elements_at_a_time(tmp_path):
    """With -O3 alone, gcc finds no branch and no call in a loop that is for AVX-512."""
    assembly = tmp_path / "symact.s"
    subprocess.run(["gcc", "-O3", "-std=c99", "-S", GENERATED / "symact.c", "-o", assembly], check=True)
    loops = re.findall(
        r"^(\w+_loop_f\d\d_512):\n(.*?)^\s*\.size", assembly.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(loops) > 400
    assert [name for name, body in loops if "zmm" not in body] == []
