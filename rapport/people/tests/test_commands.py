"""`rapport user` and `rapport token` do what they say, and say what they don't."""

import argparse
import io

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from rapport.people.commands import token, user
from rapport.people.models import ApiToken, Team, User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def run(command, *arguments):
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(arguments))


@pytest.fixture
def typed(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.req("G5")
def test_a_user_is_added_and_can_sign_in(typed, capsys):
    typed(PASSWORD + "\n")
    assert run(user, "Eva@Rapport.example", "--role", "manager", "--name", "Eva Lind", "--team", "Nordics") == 0
    eva = User.objects.get()
    assert (eva.email, eva.name, eva.role_id, str(eva.team)) == (
        "eva@rapport.example",
        "Eva Lind",
        "manager",
        "Nordics",
    )
    assert eva.team.scope
    assert authenticate(email="eva@rapport.example", password=PASSWORD) == eva
    assert "eva@rapport.example added: manager of team Nordics" in capsys.readouterr().out


def test_an_address_that_exists_gets_the_new_role_and_password(typed, ana, capsys):
    ana.is_active = False
    ana.save()
    typed("another long password")
    assert run(user, "ANA@rapport.example", "--role", "administrator") == 0
    ana.refresh_from_db()
    assert (ana.role_id, ana.name, str(ana.team), ana.is_active) == ("administrator", "Ana Klein", "Iberia", True)
    assert ana.check_password("another long password")
    assert "changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("eva@rapport.example", "short", "at least 10 characters"),
        ("eva@rapport.example", "password123", "too common"),
        ("eva@rapport.example", "", "no password"),
        ("eva at home", PASSWORD, "valid email"),
    ],
)
def test_what_is_too_weak_or_no_address_changes_nothing(typed, capsys, email, password, said):
    typed(password)
    assert run(user, email, "--role", "agent", "--team", "Nowhere") == 2
    assert said in capsys.readouterr().err
    assert not User.objects.exists()
    assert not Team.objects.exists()


@pytest.mark.req("T2")
def test_a_token_is_printed_alone_and_does_all_that_the_role_may(ana, capsys):
    assert run(token, "Ana@rapport.example") == 0
    printed = capsys.readouterr().out
    assert printed.strip().split() == [printed.strip()]
    found = ApiToken.objects.usable(printed.strip(), at=timezone.now()).get()
    assert (found.user, found.permissions, found.expires_at) == (ana, [], None)


def test_a_token_can_be_narrow_and_end(ana, capsys):
    scopes = ("--scope", "timeline.add_interaction", "--scope", "customers.view_customer")
    assert run(token, ana.email, "--name", "shop", "--days", "30", *scopes) == 0
    one = ApiToken.objects.get()
    assert (one.name, one.permissions) == ("shop", ["customers.view_customer", "timeline.add_interaction"])
    assert round((one.expires_at - one.created_at).total_seconds() / 86_400) == 30
    assert capsys.readouterr().out.startswith("rapport_")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody@rapport.example"], "nobody signs in as"),
        (["rita@rapport.example", "--days", "0"], "a day at least"),
        (["rita@rapport.example", "--scope", "imports.run_import"], "do not include imports.run_import"),
    ],
)
def test_a_token_that_can_not_be_is_explained(rita, capsys, arguments, said):
    assert run(token, *arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert not ApiToken.objects.exists()
