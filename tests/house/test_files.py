"""What files are called, how long they are, and that each says what it is for."""

import ast

from rapport.journal.models import Fact
from tests.house.rooms import HOUSE, in_rooms, python_files, short, tree

GRAB_BAGS = {"utils", "helpers", "common", "misc", "base", "core", "services", "managers", "mixins", "signals"}
LONGEST = 400


def test_no_file_is_a_grab_bag():
    found = [short(path) for path in HOUSE.rglob("*") if path.stem in GRAB_BAGS and path.suffix in {".py", ""}]
    assert not found, "name the file by the one thing that is in it"


def test_every_file_says_what_it_is_for():
    silent = [short(path) for path in python_files() if path.stat().st_size and not says_what_for(path)]
    assert not silent, "begin with a docstring of one sentence"


def says_what_for(path):
    return "migrations" in path.parts or ast.get_docstring(tree(path))


def test_no_file_outgrows_a_look():
    long = {
        short(path): lines
        for path in in_rooms("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"split what is longer than {LONGEST} lines by the ideas in it"


def test_migrations_import_no_room():
    guilty = [
        (short(path), module)
        for path in HOUSE.rglob("migrations/*.py")
        for node in ast.walk(tree(path))
        for module in imported(node)
        if module.startswith("rapport.")
    ]
    assert not guilty, "a migration must run when the code has long moved on"


def imported(node):
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [name.name for name in node.names] if isinstance(node, ast.Import) else []


def test_every_fact_is_recorded_somewhere():
    spoken = {
        node.attr
        for path in in_rooms("*.py")
        if path.name not in {"flow.py", "panels.py"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Fact"
    }
    assert {fact.name for fact in Fact} <= spoken, "a fact that nobody records is a promise nobody keeps"
