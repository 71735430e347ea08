"""A real mail server, for the tests that ask for one."""

import os

import pytest

from tools import dovecot as server


@pytest.fixture(scope="session")
def dovecot():
    """Skipped where there is none, except in CI, which installs it."""
    if server.missing():
        if os.environ.get("CI") == "true":
            pytest.fail("Dovecot is not here, and CI must not skip these tests.")
        pytest.skip("needs Dovecot, started as root (Debian: apt install dovecot-imapd)")
    with server.running() as running:
        yield running
