"""The doctor names what is wrong and what to do."""

import json
import socket

import pytest
from django.core.management import call_command

from rapport.installation import doctor
from rapport.lib import installed


@pytest.fixture
def findings(settings, home):
    """What the doctor finds in an installation of its own, by name."""
    settings.HOME = home
    return lambda: {finding.what: finding for finding in doctor.examine()}


@pytest.mark.django_db
def test_a_sound_installation_has_nothing_wrong(findings, settings):
    installed.secret_key(settings.HOME)
    wrong = {name for name, finding in findings().items() if finding.advice}
    assert wrong <= {"front end", "web server"}


@pytest.mark.django_db
def test_a_secret_that_others_can_read_is_named(findings, settings):
    installed.secret_key(settings.HOME)
    (settings.HOME / installed.SECRET).chmod(0o644)
    assert findings()["secrets"].advice.startswith("Others can read a secret: chmod 600")


@pytest.mark.django_db(transaction=True)
def test_tables_behind_this_version_are_named(findings):
    call_command("migrate", "telephony", "zero", verbosity=0)
    try:
        assert "rapport prepare" in findings()["tables"].advice
    finally:
        call_command("migrate", verbosity=0)


@pytest.mark.django_db
def test_a_port_that_something_else_answers_on_is_named(findings, settings):
    with socket.socket() as squatter:
        squatter.bind((settings.HOST, 0))
        squatter.listen()
        settings.PORT = squatter.getsockname()[1]
        squatter.settimeout(0.1)
        assert findings()["web server"].advice == "Stop it, or set RAPPORT_PORT."


def test_from_the_shell_a_fault_is_exit_code_1_and_json_tells_it(rapport, home):
    installed.secret_key(home)
    (home / installed.SECRET).chmod(0o644)
    told = rapport("doctor", "--json", DATABASE_URL="postgresql://127.0.0.1:9/none")
    assert told.returncode == 1
    wrong = {finding["what"] for finding in json.loads(told.stdout) if finding["advice"]}
    assert {"secrets", "database"} <= wrong
