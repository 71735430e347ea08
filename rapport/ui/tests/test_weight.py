"""What every page makes the browser fetch stays small."""

import gzip
import re
from pathlib import Path

import pytest

import rapport.ui

ROOM = Path(rapport.ui.__file__).parent
MOST = 120_000


@pytest.mark.req("T5")
def test_the_scripts_of_a_common_page_take_less_than_120_kilobytes_compressed():
    frame = (ROOM / "templates" / "ui" / "document.html").read_text()
    scripts = re.findall(r"static '(ui/built/\w+\.js)'", frame)
    assert scripts
    assert sum(len(gzip.compress((ROOM / "static" / name).read_bytes())) for name in scripts) < MOST
