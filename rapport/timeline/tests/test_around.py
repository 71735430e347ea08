"""A company's page shows its people's timeline, as far as its reader may see them, at the same cost for many."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer, Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.customers.relate import amend, relate
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.note import note
from rapport.timeline.receive import receive

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def put(name, kind=Kind.PERSON, **said):
    records = [RecordIn("crm", name, kind, claims({"name": name, **said}))]
    return Customer.objects.get(pk=register(records, by=None, at=NOW)[0].customer_id)


def employ(person, firm):
    return relate(person, firm, Relationship.Kind.WORKS_AT, by=None, at=NOW)[0]


def wrote(about, text, by):
    note(about, text, key=text, by=by, at=NOW + timedelta(minutes=1))


@pytest.mark.req("K8")
def test_the_people_and_the_group_stand_beside_the_companys_own_lines_with_their_names(ana, signed_in):
    firm, plant = put("Aurora", Kind.COMPANY), put("Aurora Plant", Kind.COMPANY)
    rui, eva = put("Rui Costa"), put("Eva Lund")
    relate(plant, firm, Relationship.Kind.PART_OF, by=None, at=NOW)
    job = employ(rui, firm)
    employ(eva, plant)
    for about, text in ((firm, "own words"), (rui, "words of rui"), (eva, "words of eva")):
        wrote(about, text, ana)
    client = signed_in(ana)

    def told(who):
        page = client.get(f"/customers/{firm.pk}/?who={who}").content.decode()
        return {text for text in ("own words", "words of rui", "words of eva") if text in page}, page

    assert told("")[0] == {"own words"}
    found, page = told("people")
    assert found == {"own words", "words of rui"}
    assert f'<a href="/customers/{rui.pk}/">Rui Costa</a>' in page
    assert f"customer:{rui.pk}" in page
    assert told("group")[0] == {"own words", "words of rui", "words of eva"}
    amend(job, role="", since=None, until=NOW.date(), by=ana, at=NOW)
    assert told("people")[0] == {"own words"}


@pytest.mark.req("G5")
def test_people_of_another_team_stay_unseen(ana, boss, nordics, signed_in):
    firm, nils = put("Aurora", Kind.COMPANY), put("Hidden Person", team="Nordics")
    employ(nils, firm)
    wrote(nils, "hidden words", boss)
    page = signed_in(ana).get(f"/customers/{firm.pk}/?who=people").content.decode()
    assert "hidden words" not in page
    assert "Hidden Person" not in page
    assert f"customer:{nils.pk}" not in page


@pytest.mark.req("K8")
def test_those_who_were_merged_into_a_colleague_are_read_with_them_and_part_again(ana, signed_in):
    firm, rui, twin = put("Aurora", Kind.COMPANY), put("Rui Costa"), put("R. Costa")
    employ(twin, firm)
    wrote(rui, "words of rui", ana)
    wrote(twin, "words of the twin", ana)
    client = signed_in(ana)

    def told():
        page = client.get(f"/customers/{firm.pk}/?who=people").content.decode()
        return {text for text in ("words of rui", "words of the twin") if text in page}, page

    assert told()[0] == {"words of the twin"}
    done = merge(rui, twin, by=ana, at=NOW)
    found, page = told()
    assert found == {"words of rui", "words of the twin"}
    assert f'<a href="/customers/{twin.pk}/">' not in page
    unmerge(done, by=ana, at=NOW)
    assert told()[0] == {"words of the twin"}


@pytest.mark.req("G5")
def test_private_mail_of_its_people_is_told_of_and_not_read_by_those_outside_its_circle(ana, nils, signed_in):
    firm = put("Aurora", Kind.COMPANY)
    party = Party((Clue("email", "marta@x.example"),), "from", "Marta Leal")
    mail = Inbound(
        "mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (party,), subject="Divorce", text="Leaving"
    )
    (done,) = receive([mail], by=None, at=NOW)
    employ(Customer.objects.get(pk=done.customer_id), firm)
    circle = Circle.objects.create(kind="owner", keeper=ana)
    Interaction.objects.filter(pk=done.interaction_id).update(circles=[circle.pk])
    for who in ("people", "group"):
        url = f"/customers/{firm.pk}/?who={who}"
        assert "Divorce" in signed_in(ana).get(url).content.decode()
        page = signed_in(nils).get(url).content.decode()
        assert "E-mail with Ana Klein (private)" in page
        assert "Divorce" not in page
        assert "Leaving" not in page


def test_the_page_costs_the_same_for_one_of_its_people_or_twenty(ana, signed_in):
    firm = put("Aurora", Kind.COMPANY)
    client = signed_in(ana)
    url = f"/customers/{firm.pk}/timeline/?who=people"

    def hire(number):
        person = put(f"Person {number}")
        employ(person, firm)
        wrote(person, f"note {number}", ana)

    hire(0)
    cost_of(url, client)
    few = cost_of(url, client)
    for number in range(1, 20):
        hire(number)
    assert cost_of(url, client) == few


def cost_of(url, client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
