"""Pages seen as somebody else: reading only, for half an hour, never with more than one has, and on record."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rapport.agenda.models import Recent, Task
from rapport.audit.models import Reading
from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.sensitivity import grade
from rapport.journal.models import Event, Fact
from rapport.oversight.look import LASTS, LOOKING, may_look
from rapport.oversight.look_middleware import LookMiddleware
from rapport.people.change_user import Standing, change_user
from rapport.people.models import User
from rapport.people.role import Role
from rapport.people.roles import standard
from rapport.people.shape_role import Shape, add_role
from rapport.timeline.models import Circle, circles_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


def put(name, team=""):
    said = claims({"name": name, "team": team} if team else {"name": name})
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, said), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


@pytest.fixture
def looking(boss, ana, signed_in):
    """The administrator, who sees pages as Ana does."""
    browser = signed_in(boss)
    assert browser.post(f"/people/{ana.pk}/look/").headers["Location"] == "/"
    return browser


def test_pages_are_those_of_the_other_under_a_bar_with_both_names_and_a_way_out(looking, ana, nordics):
    theirs = put("Of the north", "Nordics")
    page = looking.get("/customers/")
    assert "Bea Boss, you see this as Ana Klein does" in page.text
    assert "Of the north" not in page.text
    assert looking.get(f"/customers/{theirs.pk}/").status_code == 404
    assert looking.get("/people/").status_code == 403
    looking.post("/look/stop/")
    page = looking.get("/customers/").text
    assert "you see this as" not in page
    assert "Of the north" in page


def test_nothing_is_changed_and_nothing_is_noted(looking, ana, boss):
    marta = put("Marta")
    for path, sent in (
        (f"/customers/{marta.pk}/edit/", {"name": "Other"}),
        ("/tasks/", {"title": "Call"}),
        (f"/people/{ana.pk}/look/", {}),
    ):
        answer = looking.post(path, sent)
        assert answer.status_code == 403, path
        assert "only looking" in answer.text
    assert looking.delete(f"/customers/{marta.pk}/").status_code == 403
    fragment = looking.post("/tasks/", {"title": "Call"}, headers={"HX-Request": "true"})
    assert (fragment.status_code, "nothing was changed" in fragment.headers["HX-Trigger"]) == (204, True)
    assert looking.get(f"/customers/{marta.pk}/").status_code == 200
    marta.refresh_from_db()
    assert marta.name == "Marta"
    assert not Task.objects.exists()
    assert not Recent.objects.exists()


def test_what_is_sensitive_is_noted_as_read_by_whoever_looks(looking, ana, boss):
    Role.objects.filter(key=ana.role_id).update(added=["customers.see_sensitive"])
    grade("customers_customer", "name", "sensitive")
    ada = put("Ada Silva")
    assert looking.get(f"/customers/{ada.pk}/").status_code == 200
    assert [(one.user, one.customer_ids, one.fields) for one in Reading.objects.all()] == [(boss, [ada.pk], ["name"])]


@pytest.mark.parametrize("path", ["/profile/", "/profile/tokens/", "/profile/sessions/", "/accounts/2fa/", "/drafts/"])
def test_what_is_nobody_elses_is_not_shown(looking, path):
    assert looking.get(path).status_code == 403


def test_both_names_are_on_record_when_it_begins_and_ends(looking, boss, ana):
    looking.post("/look/stop/")
    begun, ended = Event.objects.filter(kind__in=[Fact.LOOKING_BEGUN, Fact.LOOKING_ENDED]).order_by("pk")
    for event in (begun, ended):
        assert (event.actor, event.subject_ids) == (boss, [ana.pk])
        assert (event.details["by_name"], event.details["person"]) == ("Bea Boss", "Ana Klein")
    assert (begun.kind, ended.kind) == (Fact.LOOKING_BEGUN, Fact.LOOKING_ENDED)


def test_it_ends_by_itself_after_half_an_hour(looking, ana):
    session = looking.session
    over = timezone.now() - timedelta(seconds=1)
    assert parse_datetime(session[LOOKING]["until"]) - timezone.now() <= LASTS
    session[LOOKING] = {**session[LOOKING], "until": over.isoformat()}
    session.save()
    assert "you see this as" not in looking.get("/people/").text
    ended = Event.objects.get(kind=Fact.LOOKING_ENDED)
    assert (ended.at, ended.subject_ids) == (over, [ana.pk])


def test_it_ends_when_the_other_gets_more_or_the_reader_less(looking, boss, ana):
    User.objects.create_user("second@rapport.example", name="Second", role="administrator")
    change_user(boss, Standing(Role.objects.get(key="manager"), ana.team, is_active=True))
    assert "Ana Klein" in looking.get("/customers/").text
    change_user(ana, Standing(Role.objects.get(key="administrator"), ana.team, is_active=True))
    assert "you see this as" not in looking.get("/customers/").text
    assert Event.objects.filter(kind=Fact.LOOKING_ENDED).exists()


def test_nobody_looks_as_somebody_with_more_or_from_elsewhere(boss, mia, ana, nils, rita, signed_in):
    manager = signed_in(mia)
    assert manager.post(f"/people/{nils.pk}/look/").status_code == 403
    assert manager.post(f"/people/{boss.pk}/look/").status_code == 403
    assert manager.post(f"/people/{mia.pk}/look/").status_code == 403
    assert signed_in(ana).post(f"/people/{rita.pk}/look/").status_code == 403
    wide = add_role(Shape("Wide", "reader", standard("reader"), "all"))
    change_user(rita, Standing(wide, rita.team, is_active=True))
    assert not may_look(mia, User.objects.get(pk=rita.pk))
    more = add_role(Shape("More", "agent", standard("agent") | {"people.change_role"}, "team"))
    change_user(ana, Standing(more, ana.team, is_active=True))
    assert not may_look(mia, User.objects.get(pk=ana.pk))
    assert may_look(boss, User.objects.get(pk=ana.pk))
    assert manager.get("/customers/").text.count("you see this as") == 0


def test_private_words_of_the_other_stay_private(looking, boss, ana, rf):
    """Somebody's own circle is not opened by looking as they do."""
    own = Circle.objects.create(kind="owner", keeper=ana)
    shared = Circle.objects.create(kind="steer", keeper=ana)
    seen = []

    def page(request):
        seen.extend(circles_of(request.user))

    request = rf.get("/customers/")
    request.user, request.session = boss, looking.session
    LookMiddleware(page)(request)
    assert request.user == ana
    assert own.pk not in seen
    assert shared.pk in seen


def test_a_deactivated_colleague_is_not_looked_as(boss, ana):
    ana.is_active = False
    assert not may_look(boss, ana)
