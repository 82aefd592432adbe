"""The wheel holds all that is needed: it generates the same files without the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import symact

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of what belongs to it, with the build backend of this environment."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("symact", "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        target,
        source,
    ]
    subprocess.run(command, check=True, timeout=1800)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel into an environment of its own; only the dependencies are shared with this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel],
        check=True,
        timeout=1800,
    )
    packages = next((folder / "lib").glob("python3*")) / "site-packages"
    # After the wheel's own packages: an editable symact of this environment is not seen, its .pth is not read here.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def outside(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800, check=True
    )


def test_wheel_has_the_templates_and_the_types(wheel):
    """Templates, type marker and licence are inside; tests and generated files are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for template in (ROOT / "templates").rglob("*.jinja"):
        assert f"symact/templates/{template.relative_to(ROOT / 'templates').as_posix()}" in names
    assert "symact/py.typed" in names
    assert any(name.endswith("/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"symact"}


def test_wheel_has_the_version(wheel):
    """The version is stated once, in the package."""
    assert wheel.name.startswith(f"symact-{symact.__version__}-")
    assert "version" in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dynamic"]


def test_installed_package_is_the_one_that_runs(installed, tmp_path):
    """Away from the checkout the installed copy is imported, not this one."""
    code = "import symact; print(symact.__file__)"
    assert str(ROOT) not in outside([installed / "python", "-c", code], tmp_path).stdout


def test_installed_package_generates_the_committed_files(installed, tmp_path):
    """``symact generate`` of the wheel writes the files of generated/, byte for byte and no other."""
    outside([installed / "symact", "generate", "--out", tmp_path / "out"], tmp_path)
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    committed = {path.name: path.read_bytes() for path in (ROOT / "generated").iterdir() if path.is_file()}
    assert sorted(written) == sorted(committed)
    different = [name for name, content in written.items() if committed[name] != content]
    assert not different, "run 'symact generate' and commit generated/"
