"""The generated C as several compilers make it, and for processors of several kinds: its bits are the same."""

import ctypes
import shutil
import subprocess

from symact.backends import write
from symact.backends.loading import FLAGS

BUILDS = [
    build
    for compiler in ("gcc", "clang")
    if shutil.which(compiler)
    for build in ((compiler, "-O0"), (compiler, *FLAGS), (compiler, "-O3", "-march=x86-64-v3"))
]

DISPATCH = "defined __x86_64__ && defined __GNUC__"
"""Where the code asks the processor for a fused multiply-add."""


def one_by_one(files):
    """Return generated files as they are for a processor without a fused multiply-add."""
    assert files["symact.c"].count(DISPATCH) == 1
    return files | {"symact.c": files["symact.c"].replace(DISPATCH, "0")}


def library(files, folder, build):
    """Compile generated files in a folder of their own, and return the library."""
    write(files, folder)
    command = [*build, "-std=c99", "-fPIC", "-shared", "-ffp-contract=off", "symact.c", "-o", "symact.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "symact.so"))
