"""Imports point to the left of the layer lines of README.md."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "symact"
CHAINS = re.search(r"^```layers\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)[1]

LATE = {"activation": {"analysis"}, "analysis": {"report"}}
"""Who may import to the right, inside a function: methods that ask for facts, sheets that print."""


def parts() -> list[str]:
    """Return the modules and subpackages of symact; the face (__init__) is lazy and belongs to no layer."""
    return sorted({part_of(path) for path in sources()})


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def below() -> dict[str, set[str]]:
    """Return what stands to the left of each part, by the transitive closure of the chains."""
    left: dict[str, set[str]] = {}
    for chain in CHAINS.splitlines():
        layers = [layer.strip().split(", ") for layer in chain.split("<")]
        for lower, upper in zip([[], *layers], layers, strict=False):
            for part in upper:
                left.setdefault(part, set()).update(lower)
    changed = True
    while changed:
        wider = {part: seen.union(*(left[other] for other in seen)) for part, seen in left.items()}
        changed, left = wider != left, wider
    return left


def imported(path: Path) -> list[tuple[str, bool]]:
    """Return the parts that a module imports, and whether late (in a function, or for types only)."""
    found = []

    def visit(node: ast.AST, late: bool) -> None:
        if isinstance(node, ast.ImportFrom) and node.module == "symact":
            found.extend((alias.name, late) for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symact."):
            found.append((node.module.split(".")[1], late))
        elif isinstance(node, ast.Import):
            found.extend((a.name.split(".")[1], late) for a in node.names if a.name.startswith("symact."))
        late |= isinstance(node, ast.FunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        )
        for child in ast.iter_child_nodes(node):
            visit(child, late)

    visit(ast.parse(path.read_text("utf-8")), False)
    return found


def test_every_part_has_a_layer():
    """The lines of README name exactly the parts that exist."""
    assert sorted(below()) == parts()


def test_layers_have_no_circle():
    """No part stands to the left of itself."""
    assert not [part for part, left in below().items() if part in left]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_to_the_left(path):
    """A module imports only its own part and parts to the left of it, but for the late exceptions."""
    part = part_of(path)
    allowed = below()[part] | {part}
    wrong = [
        other for other, late in imported(path) if other not in allowed and not (late and other in LATE.get(part, ()))
    ]
    assert not wrong, f"{part} imports {wrong}"


def test_imports_are_relative_to_nothing():
    """No module hides an import from the other tests by writing it relatively."""
    assert not [
        path
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
