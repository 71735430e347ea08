"""The demo company comes whole, with what its tour promises, and goes without a trace."""

import argparse
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer, Identifier, Kind, Relationship, SourceRecord, Strength
from rapport.demo import command, firm, planted, story
from rapport.demo.attention import NOTES
from rapport.demo.empty import empty
from rapport.demo.fill import Size, fill
from rapport.demo.models import Planted
from rapport.identity.merge import merge
from rapport.identity.models import Pair
from rapport.identity.register import register
from rapport.migration.models import Migration
from rapport.people.models import Scope, User
from rapport.sales.order import Order
from rapport.timeline.models import Interaction, Participation, Superseded, Tally
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
SMALL = Size(companies=9, homes=8, households=2)
PASSWORD = "bafo-lune-tiko-raze-42"


@pytest.fixture(scope="module")
def now():
    return timezone.now()


@pytest.fixture(scope="module")
def demo(now, django_db_setup, django_db_blocker):
    """Filled once: each test works on a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(at=now, password=PASSWORD, size=SMALL)
        transaction.set_rollback(True)


def customer(email):
    return Customer.objects.get(members__identifiers__key=email)


def contacts(one):
    return Interaction.objects.filter(participations__member__customer=one).order_by("-at")


@pytest.mark.req("K2")
def test_marta_was_mailed_this_morning_and_is_on_the_line(demo, now):
    last, before = contacts(customer(planted.MARTA))[:2]
    assert (last.channel, last.direction) == ("phone", "inbound")
    assert now - last.at < timedelta(minutes=5)
    assert (before.channel, before.direction, before.author.name) == ("email", "outbound", "Rui Pinto")
    assert now - before.at < timedelta(days=1)


@pytest.mark.parametrize("hour", range(24))
def test_at_any_hour_marta_s_last_two_words_are_the_call_and_the_mail(hour):
    now = timezone.now().replace(hour=hour, minute=26)
    told = [(beat.at, beat.channel, beat.direction) for beat in planted.marta(now)]
    told += [(now - timedelta(hours=ago), *story.NOTE[1:3]) for _who, about, ago, _ in NOTES if about == planted.MARTA]
    newest = sorted(told, reverse=True)[:2]
    assert [said for _at, *said in newest] == [[*story.CALL_IN[1:3]], [*story.MAIL_OUT[1:3]]]


def test_every_channel_both_ways_and_every_kind_is_there(demo):
    assert set(Interaction.objects.values_list("channel", flat=True)) == set(Channel)
    assert set(Interaction.objects.values_list("direction", flat=True)) == set(Direction)
    kinds = {
        *("email", "call", "chat", "sms", "letter", "visit", "service visit", "web visit", "social", "portal", "order"),
        *("payment", "survey answer", "complaint", "campaign touch", "note"),
    }
    assert kinds <= set(Interaction.objects.values_list("kind", flat=True))


@pytest.mark.req("K1")
def test_one_person_stands_there_three_times_until_somebody_merges_them(demo, now, run_jobs):
    private, mobile = (normal for normal in planted.SANDVOSS[1:])
    three = [customer(planted.SANDVOSS[0]), customer(private), customer(mobile.replace(" ", ""))]
    assert len({one.pk for one in three}) == 3
    run_jobs()
    suspected = Pair.objects.open().filter(one__customer__in=three, other__customer__in=three)
    assert {three[0], three[2]} in [{pair.one.customer, pair.other.customer} for pair in suspected]
    for other in three[1:]:
        merge(three[0], other, by=None, at=now)
    assert contacts(three[0]).count() == 3
    assert SourceRecord.objects.filter(member__customer=three[0]).count() == 3


def test_a_big_customer_went_silent(demo, now):
    silent = Customer.objects.get(name=planted.SILENT)
    people = Customer.objects.filter(members__relationships__other__customer=silent)
    last = max(one.last_contact_at for one in [silent, *people] if one.last_contact_at)
    assert now - last > timedelta(days=120)
    assert sum(order.total for order in Order.objects.filter(member__customer=silent)) > 15_000


def test_a_colleague_wrote_about_elena_this_morning(demo, now):
    note = contacts(customer(planted.WRITTEN_ABOUT)).filter(kind="note")[0]
    assert note.author.name == "Carmen Ortega"
    assert now - note.at < timedelta(days=1)


def test_desks_and_switchboards_wait_for_somebody_who_knows(demo):
    assert Interaction.objects.unassigned().count() == 30
    assert Participation.objects.filter(member=None, clue_value=planted.SWITCHBOARD).exists()
    assert not Identifier.objects.filter(key__startswith="info@").exclude(strength=Strength.WEAK).exists()


def test_a_letter_came_late_and_the_tallies_are_right(demo, now):
    letter = Interaction.objects.get(subject="Lease")
    assert now - letter.at > timedelta(days=20)
    joana = customer("joana@alcantara-nova.example")
    assert Tally.objects.filter(member__customer=joana, channel="post", direction="inbound").get().count >= 1
    assert sum(Tally.objects.filter(member__customer=joana).values_list("count", flat=True)) == contacts(joana).count()


def test_a_call_was_corrected_and_its_first_version_kept(demo):
    old = Superseded.objects.get()
    assert old.interaction.version == 2
    assert "14 machines" in old.interaction.text
    assert "14" not in old.content["text"]


def test_an_order_was_cancelled(demo):
    order = Order.objects.get(external_id=planted.CANCELLED)
    assert order.total + Order.objects.get(external_id=f"{planted.CANCELLED}-C").total == 0


def test_a_referral_leads_to_a_referral(demo):
    first, second, third = (Customer.objects.get(name=name) for name in planted.REFERRED)
    referred = Relationship.objects.filter(kind=Relationship.Kind.REFERRED_BY)
    assert referred.filter(member__customer=second, other__customer=first).exists()
    assert referred.filter(member__customer=third, other__customer=second).exists()


def test_a_family_lives_together(demo):
    household = Customer.objects.get(name=planted.HOUSEHOLD)
    assert household.kind == Kind.HOUSEHOLD
    assert Relationship.objects.filter(other__customer=household, kind=Relationship.Kind.PART_OF).count() == 3


def test_sources_disagree_and_one_wins(demo):
    assert Customer.objects.exclude(lineage={}).exists()


@pytest.mark.req("K10")
def test_a_dealers_customers_were_moved_in_with_their_calls(demo, now):
    moved = Migration.objects.get()
    assert (moved.source, moved.state, moved.by.name) == ("hubspot", "done", "Helen Marsh")
    niamh = customer("niamh@lakeside-house.example")
    assert [(one.subject, one.channel) for one in contacts(niamh)] == [
        ("Second machine for the bar", "phone"),
        ("Service contract", "phone"),
    ]
    lines = {step.run.file_name: step.run for step in moved.steps.select_related("run")}
    assert lines["hubspot_calls.csv"].unassigned == 0
    assert sum(run.adrift for run in lines.values()) == 1


def test_its_people_sign_in_with_the_one_password(demo, client):
    assert client.login(email=firm.AGENT.email, password=PASSWORD) or client.login(
        username=firm.AGENT.email, password=PASSWORD
    )


def test_a_second_time_it_keeps_its_data(demo, capsys):
    before = Interaction.objects.count()
    assert command.run(command_line()) == 0
    assert "stay as they are" in capsys.readouterr().out
    assert Interaction.objects.count() == before


@pytest.mark.req("K1")
def test_what_a_visitor_added_stays_whole(demo, boss, now):
    clara = User.objects.get(email=firm.ADMINISTRATOR.email)
    own = receive([inbound("1", now)], by=clara, at=now)[0]
    mine = Customer.objects.get(pk=own.customer_id)
    other = Customer.objects.get(pk=receive([inbound("2", now, "olga@own.example")], by=boss, at=now)[0].customer_id)
    merge(customer("renate.leitner@goldener-specht.example"), mine, by=boss, at=now)
    merge(other, customer(planted.MARTA), by=boss, at=now)
    noted = Inbound(
        "ours", "n", now, Channel.SYSTEM, Direction.INTERNAL, "note", (Party((Clue("email", planted.MARTA),)),)
    )
    receive([noted], by=boss, at=now)

    empty(by=boss, at=now)

    assert set(Customer.objects.values_list("pk", flat=True)) == {mine.pk, other.pk}
    assert set(Interaction.objects.values_list("receipt__external_id", flat=True)) == {"1", "2"}
    mine.refresh_from_db()
    assert (mine.merged_into, mine.last_contact_at) == (None, now)
    assert Interaction.objects.get(pk=own.interaction_id).author is None
    assert Tally.objects.count() == 2
    assert User.objects.get() == boss


def test_what_a_demo_colleague_looked_after_belongs_to_everyone_again(demo, boss, now):
    record = planted.RecordIn("own", "1", Kind.PERSON, {"name": "Own Customer", "owner": firm.AGENT.email})
    own = Customer.objects.get(pk=register([record], by=boss, at=now)[0].customer_id)
    assert own.owner.name == firm.AGENT.name
    empty(by=boss, at=now)
    own.refresh_from_db()
    assert (own.owner, own.team, own.scope_id) == (None, None, Scope.EVERYONE)


def test_an_administrator_empties_it_with_one_button(demo, boss, ana, signed_in):
    assert signed_in(ana).get("/demo/").status_code == 403
    page = signed_in(boss).get("/demo/")
    assert "Alvorena" in page.content.decode()
    assert "The demo company is gone" in signed_in(boss).post("/demo/").content.decode()
    assert not Planted.objects.exists()


def inbound(key, at, email="own@own.example"):
    return Inbound("own", key, at, Channel.EMAIL, Direction.INBOUND, "email", (Party((Clue("email", email),)),))


def command_line():
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser.parse_args([])
