"""The security page promises nothing that no test keeps."""

import re

from tests.house.rooms import HOUSE

ROOT = HOUSE.parent
PAGE = ROOT / "docs" / "security.md"
DEFINED = re.compile(r"^\s*def (test_\w+)\(", re.MULTILINE)


def lines():
    """The lines of the checklist, cell by cell."""
    rows = [
        row.strip("|").split("|")
        for row in PAGE.read_text().split("## Checklist")[1].splitlines()
        if row.startswith("| ")
    ]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() != "no."]


def test_every_test_that_the_page_names_exists():
    written = {
        name
        for folder in (HOUSE, ROOT / "tests")
        for path in folder.rglob("test_*.py")
        for name in DEFINED.findall(path.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert len(named) > 40
    assert named - written == set()


def test_every_line_says_what_its_state_is():
    unclear = [row for row in lines() if not row[2].startswith(("met", "in part", "not met", "see "))]
    assert len(lines()) > 50
    assert unclear == []
