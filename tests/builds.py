"""The generated C as several compilers make it, and for processors of several kinds: its bits are the same."""

import ctypes
import shutil
import subprocess
from pathlib import Path

from symact.backends import write
from symact.backends.loading import FLAGS

CPU = Path("/proc/cpuinfo")

LEVELS = [3, *([4] if CPU.is_file() and "avx512vl" in CPU.read_text("utf-8") else [])]
"""Of x86-64 that code may be compiled for, to be run here."""

BUILDS = [
    build
    for compiler in ("gcc", "clang")
    if shutil.which(compiler)
    for build in ((compiler, "-O0"), (compiler, *FLAGS), *((compiler, "-O3", f"-march=x86-64-v{v}") for v in LEVELS))
]

ASKED = {"has_512": 'has_both("avx512f"', "has_fma": 'has_both("avx2"'}
"""How the code asks the processor what it has, in descending order."""


def for_processors(files):
    """Return generated files as they are, for a processor without AVX-512, and for one without a fused multiply-add."""
    found = [files]
    for name, question in ASKED.items():
        text = found[-1]["symact.c"]
        assert text.count(question) == 1, name
        found.append(files | {"symact.c": text.replace(question, f"0 && {question}")})
    return found


def library(files, folder, build):
    """Compile generated files in a folder of their own, and return the library."""
    write(files, folder)
    command = [*build, "-std=c99", "-fPIC", "-shared", "-ffp-contract=off", "symact.c", "-o", "symact.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "symact.so"))
