"""Loading generated functions into this process."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest

from symact.backends import loading, render
from symact.backends.loading import load, shared_library
from symact.errors import MissingDependencyError, ParameterError, SymactError


@pytest.fixture(autouse=True)
def cached(tmp_path, monkeypatch):
    """Keep compiled libraries out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symact"


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_arrays_of_numpy(samples, backend):
    """A loaded function works on what NumPy takes, with its derivatives as attributes."""
    sigmoid = load(samples["sigmoid"], backend)
    assert float(sigmoid(0)) == 0.5
    assert float(sigmoid.grad(0.0)) == 0.25
    assert float(sigmoid.grad2(0.0)) == 0.0
    for dtype in (np.float16, np.float32, np.float64):
        x = np.linspace(-4, 4, 12, dtype=dtype).reshape(3, 4)[:, ::2]
        assert sigmoid(x).dtype == dtype
        assert sigmoid(x).shape == (3, 2)
    assert sigmoid(np.array([1, 2])).dtype == np.float64
    assert sigmoid([]).shape == (0,)
    with pytest.raises(TypeError, match="real numbers"):
        sigmoid(1j)


def test_tensors_of_torch(samples):
    """A function loaded for torch works on tensors; its derivatives are tensors too."""
    import torch

    sigmoid = load(samples["sigmoid"], "torch")
    x = torch.tensor([0.0, 1.0], dtype=torch.float64)
    assert sigmoid(x)[0] == 0.5
    assert sigmoid.grad(x)[0] == 0.25
    assert sigmoid.grad2(x)[0] == 0.0
    assert not x.requires_grad
    softmax = load(samples["softmax"], "torch")
    y = softmax(x, 0)
    assert torch.allclose(softmax.vjp(x, torch.ones(2, dtype=torch.float64), 0), torch.zeros(2, dtype=torch.float64))
    assert y.sum() == 1


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_parameters_can_be_bound(samples, backend):
    """Parameters given at loading hold for every call, unless the call says otherwise."""
    hardtanh = load(samples["hardtanh"], backend, max_val=2.0)
    assert float(hardtanh(5.0)) == 2.0
    assert float(hardtanh(5.0, max_val=3.0)) == 3.0
    assert float(hardtanh.grad(1.5)) == 1.0
    with pytest.raises(ParameterError, match=r"hardtanh has no parameter 'slope' \(it has: min_val, max_val\)"):
        load(samples["hardtanh"], backend, slope=1)


def test_parameters_of_c_functions_are_checked(samples):
    """A missing value, an unknown name and a slope of one's own are errors in C."""
    with pytest.raises(ParameterError, match="needs a value for 'threshold'"):
        load(samples["threshold"], "c")(1.0)
    with pytest.raises(ParameterError, match="no parameter 'slope'"):
        load(samples["sigmoid"], "c")(1.0, slope=2)
    with pytest.raises(ParameterError, match="mean of 'a'"):
        load(samples["rrelu"], "c")(1.0, a=0.2)
    assert float(load(samples["rrelu"], "c")(-1.0)) == -((0.125 + 1 / 3) / 2)


def test_learned_parameters_have_gradients(samples):
    """The derivatives with respect to learned parameters are there by name."""
    assert set(load(samples["prelu"], "numpy").parameter_grads) == {"a"}
    assert float(load(samples["prelu"], "c").parameter_grads["a"](-3.0)) == -3.0


def test_unknown_attributes_and_backends(samples):
    """The messages say what there is."""
    with pytest.raises(AttributeError, match=r"no 'vjp'.*grad, grad2"):
        _ = load(samples["sigmoid"]).vjp
    with pytest.raises(SymactError, match="unknown backend 'fortran'"):
        load(samples["sigmoid"], "fortran")


def test_missing_tools_are_named(samples, monkeypatch):
    """Without a compiler or torch the error says the install command."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(MissingDependencyError, match="apt-get install gcc"):
        load(samples["sigmoid"], "c")
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    with pytest.raises(MissingDependencyError, match=r"\$CC is not there: no-such-compiler; unset CC"):
        load(samples["sigmoid"], "c")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match="pip install 'symact\\[torch\\]'"):
        load(samples["sigmoid"], "torch")


def test_a_compiler_that_fails_is_reported(samples, monkeypatch, cached):
    """The first line of the compiler's message is the error, and nothing is left in the cache."""
    monkeypatch.setenv("CC", "gcc -fno-such-option")
    with pytest.raises(SymactError, match="no-such-option"):
        load(samples["sigmoid"], "c")
    assert not list(cached.glob("*.so"))


def test_the_library_is_compiled_once(samples, cached):
    """The same content is the same file; other content is another."""
    first = shared_library(render([samples["sigmoid"]], "c"))
    stamp = first.stat().st_mtime_ns
    assert shared_library(render([samples["sigmoid"]], "c")) == first
    assert first.stat().st_mtime_ns == stamp
    assert shared_library(render([samples["hardtanh"]], "c")) != first
    assert len(list(cached.glob("*.so"))) == 2


def test_another_version_of_the_compiler_compiles_anew(samples, cached, tmp_path, monkeypatch):
    """A library that was made by the old one is not taken for the new one's."""
    script = tmp_path / "mycc"
    found = []
    for version in ("mycc 1", "mycc 2"):
        script.write_text(f'#!/bin/sh\ncase "$*" in *--version) echo {version};; *) exec cc "$@";; esac\n')
        script.chmod(0o755)
        monkeypatch.setenv("CC", f"{script} -O1")
        loading._version.cache_clear()
        assert loading.compiler_version() == f"{version} -O1"
        found.append(shared_library(render([samples["sigmoid"]], "c")))
    assert found[0] != found[1]
    assert len(list(cached.glob("*.so"))) == 2


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.999])
def test_a_truncated_library_heals(samples, cached, part):
    """Opening half a library ends the process (SIGBUS), so that it must be seen before, and compiled anew."""
    path = shared_library(render([samples["sigmoid"]], "c"))
    whole = path.read_bytes()
    path.unlink()  # the old one may be mapped into this process
    path.write_bytes(whole[: int(len(whole) * part)])
    assert float(load(samples["sigmoid"], "c")(0.0)) == 0.5
    assert path.read_bytes() == whole


def test_an_overwritten_library_heals(samples, cached):
    """Neither is one opened in which a byte was changed."""
    path = shared_library(render([samples["sigmoid"]], "c"))
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert shared_library(render([samples["sigmoid"]], "c")).read_bytes() == whole


def test_a_cache_that_cannot_be_used_is_done_without(samples, monkeypatch, tmp_path):
    """A file where the folder should be: the library lives as long as the process."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert float(load(samples["sigmoid"], "c")(0.0)) == 0.5
    assert (tmp_path / "file").read_text() == ""


def test_a_full_disk_is_done_without(samples, monkeypatch, cached):
    """The folder takes no file: nothing is left in it, and the function works."""
    replaced = loading.replace_files

    def full(contents):
        if any(cached in path.parents for path in contents):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replaced(contents)

    monkeypatch.setattr(loading, "replace_files", full)
    assert float(load(samples["sigmoid"], "c")(0.0)) == 0.5
    assert not list(cached.glob("*.so"))


def test_several_processes_at_once(samples, cached, tmp_path):
    """Processes that compile the same thing at the same time all get a whole library."""
    files = render([samples["sigmoid"]], "c")
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    program = (
        "import ctypes, pathlib, sys\n"
        "from symact.backends.loading import shared_library\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        f"files = {{name: (folder / name).read_text('utf-8') for name in {list(files)!r}}}\n"
        "library = ctypes.CDLL(str(shared_library(files)))\n"
        "x = (ctypes.c_double * 1)(0.0)\n"
        "library.symact_sigmoid_f64(x, x, ctypes.c_size_t(1))\n"
        "sys.exit(x[0] != 0.5)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(3)]
    assert [process.wait(timeout=600) for process in running] == [0, 0, 0]
    assert [path.suffix for path in cached.iterdir() if path.is_file()] == [".so"]
