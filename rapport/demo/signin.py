"""The one password of the demo company's people, made once for each installation."""

import secrets
from pathlib import Path

from rapport.lib import installed

FILE = "demo-password"
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aeiou"


def password(home: Path) -> str:
    """Read from the data folder; made, and kept for nobody else to read, when it is not there."""
    file = home / FILE
    if not file.exists():
        installed.private(file, "-".join(word() for _ in range(4)) + f"-{secrets.randbelow(90) + 10}", replace=False)
    return file.read_text().strip()


def word() -> str:
    """Something that can be said and typed."""
    return "".join(secrets.choice(letters) for letters in (CONSONANTS, VOWELS) * 2)


def forget(home: Path) -> None:
    (home / FILE).unlink(missing_ok=True)
