"""The front end is built anew when something changes that it is made from."""

import re
import subprocess

from tests.house.rooms import HOUSE, ROOT

ICON = re.compile(r"""\b(icon|inbound|outbound)=["'][a-z]""")


def test_what_names_an_icon_is_a_reason_to_build():
    told = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (front,) = re.findall(r"^FRONT := (.*)$", told.stdout, re.MULTILINE)
    naming = {
        str(path.relative_to(ROOT))
        for path in HOUSE.rglob("*.py")
        if "tests" not in path.relative_to(ROOT).parts and ICON.search(path.read_text(encoding="utf-8"))
    }
    assert naming | {"rapport/nav.py", "rapport/panels.py", "frontend/build.mjs"} <= set(front.split())
    assert "rapport/ui/templatetags/ui.py" in naming
