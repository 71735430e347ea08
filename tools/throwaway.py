"""The database of a test run: a throw-away embedded PostgreSQL, unless DATABASE_URL names another.

Loaded by ``-p tools.throwaway`` in pyproject.toml, so that it stands before Django reads its settings. With
pytest-xdist the controller starts it once; the workers inherit its address.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from rapport.lib import keeper
from tools import prepared

at_the_end = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    # Whatever the tests do, they never touch the data of the person who runs them.
    only_asking = early_config.known_args_namespace
    if "DATABASE_URL" in os.environ or only_asking.help or only_asking.version or only_asking.collectonly:
        home = prepared.new_home("rapport-tests-")
        os.environ["RAPPORT_HOME"] = str(home)
        at_the_end.callback(empty, home)
        return
    home = prepared.another("rapport-tests-")
    os.environ["RAPPORT_HOME"] = str(home)
    os.environ["DATABASE_URL"] = at_the_end.enter_context(keeper.kept(home, "--careless", "--throw-away"))
    os.environ["RAPPORT_TESTS_EMBEDDED"] = "1"


def pytest_unconfigure() -> None:
    at_the_end.close()


def empty(home: Path) -> None:
    for file in sorted(home.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    home.rmdir()
