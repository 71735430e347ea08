"""Who is told of what: followers, whoever is mentioned, in groups, once, and nobody who may not see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.channels.inbound import Channel, Direction
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.journal.models import Event, Fact
from rapport.journal.record import record
from rapport.notices.choose import Rhythm, choose
from rapport.notices.follow import follow, following, mute
from rapport.notices.mark import mark_all, mark_read
from rapport.notices.models import Kind, Notice, Way
from rapport.notices.news import news_of
from rapport.notices.read import Asked, notices_page, unread
from rapport.notices.retain import KEPT, let_go
from rapport.notices.tell import tell
from rapport.notices.tests.cast import customer, mail_of, write
from rapport.people.add_team import add_team
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.read import entries_of
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(run_jobs):
    """A customer whose coming was told already."""

    def make(name="Aurora", **more):
        made = customer(name, **more)
        run_jobs()
        Notice.objects.all().delete()
        return made

    return make


def titles(user):
    return [line.title for line in notices_page(user, Asked()).lines]


def test_three_mails_of_a_customer_one_follows_are_one_notice_that_says_three(ana, run_jobs, known):
    aurora = known()
    run_jobs()
    follow(aurora, by=ana, at=timezone.now())
    for number in range(3):
        receive([mail_of("Aurora", text=f"Question {number}")], by=None, at=timezone.now())
    run_jobs()
    assert titles(ana) == ["3 new e-mails from Aurora"]
    assert unread(ana) == 1
    mark_read(Notice.objects.all(), at=timezone.now())
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    assert titles(ana) == ["1 new e-mail from Aurora", "3 new e-mails from Aurora"]


def test_an_event_that_is_told_twice_counts_once(ana, run_jobs, known):
    follow(known(), by=ana, at=timezone.now())
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    event = Event.objects.filter(kind=Fact.INTERACTIONS_RECEIVED).latest("pk")
    tell(event, news_of(event, at=timezone.now()), at=timezone.now())
    assert titles(ana) == ["1 new e-mail from Aurora"]


def test_the_owner_hears_without_following_until_muted(ana, run_jobs, known):
    aurora = known(owner=ana)
    members = list(aurora.members.values_list("pk", flat=True))
    assert following(aurora, members, reader=ana).owner
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    assert titles(ana) == ["1 new e-mail from Aurora"]
    mark_all(ana, at=timezone.now())
    mute(aurora, by=ana, at=timezone.now())
    assert not following(aurora, members, reader=ana).on
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    assert unread(ana) == 0


def test_a_colleague_named_in_a_note_is_told_and_follows_from_then_on(ana, mia, run_jobs, known):
    aurora = known()
    pk = write(aurora, "Please look at this, @mia lopes: they wait.", by=ana)
    run_jobs()
    assert titles(mia) == ["Ana Klein mentions you at Aurora"]
    assert following(aurora, list(aurora.members.values_list("pk", flat=True)), reader=mia).mentioned
    mia.name = "Mia Lopes-Silva"
    mia.save()
    entry = entries_of([pk], reader=ana)[pk]
    assert entry.text == "Please look at this, @Mia Lopes-Silva: they wait."
    assert Interaction.objects.get(pk=pk).text == "Please look at this, @mia lopes: they wait."


def test_nobody_is_told_of_their_own_deeds(ana, run_jobs, known):
    aurora = known(owner=ana)
    write(aurora, "I, @Ana Klein, wrote this", by=ana)
    edit(aurora, {"city": "Porto"}, by=ana, at=timezone.now())
    add_task("Call them", assignee=ana, by=ana, at=timezone.now(), customer=aurora)
    run_jobs()
    assert not Notice.objects.exists()


def test_another_team_is_neither_mentioned_nor_told(ana, nils, run_jobs, known):
    aurora = known(team="Iberia")
    follow(aurora, by=nils, at=timezone.now())
    write(aurora, "Do you know them, @Nils Berg?", by=ana)
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    assert not Notice.objects.filter(user=nils).exists()


def test_what_was_told_disappears_with_the_right_to_see_it(ana, nils, run_jobs, signed_in, known):
    aurora = known()
    follow(aurora, by=nils, at=timezone.now())
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    run_jobs()
    assert unread(nils) == 1
    edit(aurora, {"team": "Iberia"}, by=None, at=timezone.now())
    assert (unread(nils), titles(nils)) == (0, [])
    assert signed_in(nils).get(f"/notices/{Notice.objects.get(user=nils).pk}/").status_code == 404


def test_private_mail_is_told_only_to_its_circle(ana, mia, run_jobs, known):
    aurora = known()
    for user in (ana, mia):
        follow(aurora, by=user, at=timezone.now())
    run_jobs()
    received = receive([mail_of("Aurora")], by=None, at=timezone.now())[0]
    circle = Circle.objects.create(kind=Circle.Kind.OWNER, keeper=ana)
    Interaction.objects.filter(pk=received.interaction_id).update(circles=[circle.pk])
    run_jobs()
    assert (len(titles(ana)), titles(mia)) == (1, [])
    received = receive([mail_of("Aurora")], by=None, at=timezone.now())[0]
    run_jobs()
    assert len(titles(mia)) == 1
    Interaction.objects.filter(pk=received.interaction_id).update(circles=[circle.pk])
    assert titles(mia) == []


def test_history_that_is_brought_in_and_great_clean_ups_are_no_news(ana, boss, run_jobs, known):
    aurora = known(owner=ana)
    receive([mail_of("Aurora", at=timezone.now() - timedelta(days=30))], by=None, at=timezone.now())
    record(Fact.CUSTOMERS_CHANGED, [aurora.pk, *range(10_000_000, 10_000_030)], by=boss, at=timezone.now())
    run_jobs()
    assert not Notice.objects.exists()


def test_tasks_are_told_to_whoever_gets_them_and_back_when_they_are_done(ana, nils, run_jobs, known):
    aurora = known(team="Iberia")
    task = add_task("Send offer", assignee=nils, by=ana, at=timezone.now(), customer=aurora)
    run_jobs()
    # Nils has the task, but may not know for whom.
    assert titles(nils) == ["Ana Klein asks you: Send offer"]
    assert Notice.objects.get(user=nils).member is None
    finish_task(task, by=nils, at=timezone.now())
    run_jobs()
    assert "Nils Berg has done it: Send offer" in titles(ana)


def test_each_kind_is_told_as_one_chose(ana, boss, run_jobs, known):
    aurora = known(owner=ana)
    choose({Kind.HEARD: Way.OFF, Kind.CHANGED: Way.DIGEST}, Rhythm(), by=ana, at=timezone.now())
    receive([mail_of("Aurora")], by=None, at=timezone.now())
    edit(aurora, {"city": "Porto"}, by=boss, at=timezone.now())
    run_jobs()
    assert titles(ana) == ["Bea Boss changed the record of Aurora"]
    assert unread(ana) == 0


def test_a_colleagues_mail_is_told_as_theirs(ana, mia, run_jobs, known):
    follow(known(), by=mia, at=timezone.now())
    run_jobs()
    receive([mail_of("Aurora", direction=Direction.OUTBOUND)], by=ana, at=timezone.now())
    run_jobs()
    assert titles(mia)[0] == "1 e-mail to Aurora (Ana Klein)"


def test_what_a_machine_sends_is_no_news_and_a_look_at_a_page_only_for_the_digest(ana, run_jobs, known):
    follow(known(), by=ana, at=timezone.now())
    receive([mail_of("Aurora", direction=Direction.OUTBOUND)], by=None, at=timezone.now())
    receive([mail_of("Aurora")._replace(channel=Channel.WEB, kind="visit")], by=None, at=timezone.now())
    run_jobs()
    assert titles(ana) == ["Aurora was on our web site"]
    assert unread(ana) == 0


def test_notices_are_bounded(ana):
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=ana, kind=Kind.TASK, at=now - timedelta(minutes=number), first_at=now, read_at=now)
        for number in range(KEPT + 3)
    )
    old = Notice.objects.latest("at")
    Notice.objects.filter(pk=old.pk).update(read_at=now - timedelta(days=61))
    let_go(at=now)
    assert Notice.objects.count() == KEPT
    assert not Notice.objects.filter(pk=old.pk).exists()


def test_words_find_notices(ana, mia, run_jobs, known):
    aurora, boreal = known("Aurora"), known("Boreal")
    write(aurora, "@Ana Klein the lift is broken", by=mia)
    write(boreal, "@Ana Klein the invoice is wrong", by=mia)
    run_jobs()
    found = notices_page(ana, Asked(words="lift aurora"))
    assert [line.title for line in found.lines] == ["Mia Lopes mentions you at Aurora"]
    assert notices_page(ana, Asked(words="nothing of it")).lines == ()


def test_telling_costs_the_same_for_one_or_twenty(ana, run_jobs, django_assert_max_num_queries, iberia, known):
    assert add_team("Another")
    for number in range(20):
        follow(known(f"Firm {number}"), by=ana, at=timezone.now())
    run_jobs()

    def cost(numbers):
        receive([mail_of(f"Firm {number}") for number in numbers], by=None, at=timezone.now())
        event = Event.objects.filter(kind=Fact.INTERACTIONS_RECEIVED).latest("pk")
        with django_assert_max_num_queries(100) as asked:
            tell(event, news_of(event, at=timezone.now()), at=timezone.now())
        return len(asked)

    assert cost(range(1)) == cost(range(20))
    assert Customer.objects.count() == 20
