"""The demo company fills only an empty installation, tells one story per seed, and empties to the last row."""

import argparse

import pytest
from django.db import connection
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.demo import command
from rapport.demo.empty import empty
from rapport.demo.fill import NotEmptyError, Size, fill
from rapport.demo.models import Planted
from rapport.demo.signin import password
from rapport.journal.models import Event
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
SMALL = Size(companies=9, homes=8, households=2)
PASSWORD = "bafo-lune-tiko-raze-42"


@pytest.fixture
def now():
    return timezone.now()


def test_the_same_seed_tells_the_same_story(now):
    fill(at=now, password=PASSWORD, size=SMALL)
    told = list(Interaction.objects.order_by("at", "subject", "text").values_list("at", "subject", "text"))
    empty(by=None, at=now)
    fill(at=now, password=PASSWORD, size=SMALL)
    assert list(Interaction.objects.order_by("at", "subject", "text").values_list("at", "subject", "text")) == told


def test_business_customers_have_fields_of_the_firms_own(now):
    fill(at=now, password=PASSWORD, size=SMALL)
    firms = Customer.objects.living().filter(kind="company", extra__has_key="machines")
    assert firms.count() >= SMALL.companies
    assert firms.filter(extra__service_plan="full_care", extra__has_key="plan_ends").exists()


def test_it_never_mixes_with_what_is_there(now, capsys):
    receive([inbound("1", now)], by=None, at=now)
    with pytest.raises(NotEmptyError):
        fill(at=now, password=PASSWORD, size=SMALL)
    assert command.run(command_line()) == 2
    assert "holds data already" in capsys.readouterr().err
    assert not Planted.objects.exists()


def test_emptied_nothing_of_it_is_left(now, boss):
    before = everything()
    fill(at=now, password=PASSWORD, size=SMALL)
    empty(by=boss, at=now)
    assert Event.objects.latest("pk").kind == "demo emptied"
    Event.objects.all().delete()
    assert everything() == before


def test_the_password_is_made_once_for_each_installation_and_kept_private(tmp_path):
    first = password(tmp_path)
    assert password(tmp_path) == first
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600
    (tmp_path / "demo-password").unlink()
    assert password(tmp_path) != first


def everything():
    """How many rows each table holds, the journal of the queue aside."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        counts = {}
        for name in names:
            if not name.startswith(("procrastinate_", "django_", "pghistory_")):
                cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
                counts[name] = cursor.fetchone()[0]
    return counts


def inbound(key, at, email="own@own.example"):
    return Inbound("own", key, at, Channel.EMAIL, Direction.INBOUND, "email", (Party((Clue("email", email),)),))


def command_line():
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser.parse_args([])
