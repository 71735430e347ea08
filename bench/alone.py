"""An installation of its own for what is measured or accepted, thrown away afterwards unless BENCH_HOME says where to keep it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def installation() -> Iterator[str]:
    """The address of its database, with all tables in place."""
    with folder_for_it() as folder:
        # PostgreSQL's own account goes through it.
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        os.environ["RAPPORT_HOME"] = str(home)
        # Looks at RAPPORT_HOME when it is imported.
        from rapport.lib import installed, postgres  # noqa: PLC0415

        with postgres.running(installed.home()):
            subprocess.run([sys.executable, "-m", "rapport", "prepare"], check=True, cwd=ROOT, capture_output=True)
            yield installed.embedded_url(home)


@contextmanager
def folder_for_it() -> Iterator[str]:
    kept = os.environ.get("BENCH_HOME")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
            yield folder
