"""What is private: who reads its words, and what the others are told of it."""

from datetime import UTC, datetime

import pytest

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.search.find_interactions import find_interactions
from rapport.search.read_texts import read_texts
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.read import Filters, timeline_of
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def mail(ana):
    party = Party((Clue("email", "marta@x.example"),), "from", "Marta Leal")
    arrival = Inbound(
        "mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (party,), subject="Divorce", text="I am leaving."
    )
    found = Interaction.objects.get(pk=receive([arrival], by=None, at=NOW)[0].interaction_id)
    read_texts([found.pk])
    return found


@pytest.fixture
def members(mail):
    return list(Customer.objects.get().members.values_list("pk", flat=True))


def kept_for(mail, kind, keeper):
    mail.circles = [Circle.objects.create(kind=kind, keeper=keeper).pk]
    mail.save()


@pytest.mark.parametrize(
    ("kind", "readers"),
    [("owner", {"ana"}), ("steer", {"ana", "mia", "boss"}), ("team", {"ana", "mia", "boss", "rita"})],
)
def test_only_those_in_the_circle_read_it(kind, readers, mail, members, request):
    people = {name: request.getfixturevalue(name) for name in ("ana", "mia", "boss", "rita", "nils")}
    kept_for(mail, kind, people["ana"])
    for name, user in people.items():
        reads = name in readers
        assert Interaction.objects.visible_to(user).exists() == reads, name
        assert bool(find_interactions(user, "divorce", limit=5)) == reads, name
        entry = timeline_of(members, reader=user).entries[0]
        assert (entry.subject, entry.text) == (("Divorce", "I am leaving.") if reads else ("", "")), name
        assert bool(timeline_of(members, reader=user, filters=Filters(text="leaving")).entries) == reads, name


def test_the_others_are_told_with_whom_when_and_which_way_and_nothing_else(mail, members, ana, nils, signed_in):
    kept_for(mail, "owner", ana)
    entry = timeline_of(members, reader=nils).entries[0]
    assert (entry.private, entry.keepers, entry.direction, entry.at) == (True, "Ana Klein", "inbound", NOW)
    page = signed_in(nils).get(f"/customers/{Customer.objects.get().pk}/").content.decode()
    assert "E-mail with Ana Klein (private)" in page
    assert "Divorce" not in page
    assert "leaving" not in page
    assert signed_in(nils).get(f"/interactions/{mail.pk}/text/").status_code == 404


def test_what_is_in_no_circle_is_everybodys(mail, members, nils):
    assert timeline_of(members, reader=nils).entries[0].subject == "Divorce"
