"""Imports go strictly down, and stages never import one another."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "auditor"
ORDER = [
    {"__main__"},
    {"cli"},
    {"api"},
    {"pipeline"},
    {"preload"},
    {"server"},
    {"worker"},
    {"profile"},
    {"evaluate"},
    {"sources", "detect", "engine", "store", "assess", "report", "remedy"},
    {"rules"},
    {"model", "assets", "key", "cache"},
    {"errors"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "auditor":
                yield from (f"auditor.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def unit(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "auditor" and len(parts) > 1 else None


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for target in filter(None, map(unit, imports(path))):
        if target in RANK and target != own:
            assert RANK[target] > RANK[own], f"{path}: {own} must not import {target}"


def test_every_unit_has_a_layer():
    units = {
        p.name.removesuffix(".py")
        for p in PACKAGE.iterdir()
        if not p.name.startswith(("__pycache__", "_assets", "__init__"))
    }
    assert units <= set(RANK) | {"py.typed", "nlp"}, units - set(RANK)


def test_only_the_database_imports_duckdb_and_only_the_cli_prints():
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "duckdb" not in set(imports(path)) or path.name == "database.py", path
        if path.relative_to(PACKAGE).parts[0] != "cli":
            calls = [
                n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"
            ]
            assert not calls, f"{path}: only the command line prints"
