"""The rooms in the order of the river, read from the one place that says it, and the files in them."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "rapport"
CODE = ("rapport", "tests", "tools", "bench", "soak", "e2e")


@cache
def heights() -> dict[str, int]:
    """Room → how far down the river it stands; rooms of one floor share a number."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "river")
    return {room.strip(): height for height, floor in enumerate(reversed(layers)) for room in floor.split("|")}


def may_name(room: str, other: str) -> bool:
    """Whether ``room`` may speak of ``other``: itself, or a room upstream."""
    return room == other or heights()[other] < heights()[room]


def room_of(path: Path) -> str:
    """The room a file belongs to; composition files are rooms by themselves."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def in_rooms(pattern: str) -> list[Path]:
    """Files of the rooms, without tests."""
    return sorted(path for path in HOUSE.rglob(pattern) if "tests" not in path.relative_to(HOUSE).parts)


def python_files() -> Iterator[Path]:
    yield ROOT / "conftest.py"
    yield ROOT / "manage.py"
    for folder in CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))
