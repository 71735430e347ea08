"""Forms for the public: what they take, what they refuse, and that nobody's record is changed by a claim."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.customers.models import Customer, Identifier, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.declare import Wish, declare
from rapport.identity.register import register
from rapport.lib.identifiers import normalise
from rapport.timeline.models import Interaction
from rapport.ui import callers
from rapport.web import ask
from rapport.web.browsers import fold, put_on_timeline
from rapport.web.models import Beacon, Browser, Site, Submission, Visit, WebForm

ORIGIN = "https://www.aurora.example"
ONE, OTHER = "a" * 32, "b" * 32
AGENT = "Mozilla/5.0 Firefox/140"


@pytest.fixture
def site(db, monkeypatch):
    callers.BUCKETS.empty()
    monkeypatch.setattr(ask, "QUICKEST", -1)
    return Site.objects.create(name="Aurora", origins=[ORIGIN], tracking=True)


@pytest.fixture
def form(site, boss):
    asked = {"name": False, "email": True, "phone": False, "message": False}
    return WebForm.objects.create(site=site, title="Ask us", asked=asked, owner=boss, consent="You may write to me.")


@pytest.fixture
def send(client, form):
    def post(token=None, origin=ORIGIN, **said):
        given = {"email": "marta@x.example", "token": ask.new_token(form) if token is None else token, **said}
        return client.post(reverse("web:form", args=[form.key]), given, headers={"Origin": origin})

    return post


@pytest.fixture
def look(client, site):
    def beacon(visitor=ONE, pages=2, origin=ORIGIN, **headers):
        said = {"s": site.key, "v": visitor, "e": [["page", f"/{place}", f"Page {place}"] for place in range(pages)]}
        sent = {"Origin": origin, "User-Agent": AGENT, **headers}
        return client.post(reverse("web:seen"), said, content_type="application/json", headers=sent)

    return beacon


def known(email, name="Marta Leal", **more):
    record = RecordIn("shop", email, Kind.PERSON, claims({"name": name, **more}), (normalise("email", email),))
    return Customer.objects.get(pk=register([record], by=None, at=timezone.now())[0].customer_id)


@pytest.mark.req("K10")
def test_what_a_stranger_sends_founds_a_customer_and_tells_whom_it_should(send, boss):
    assert send(name="Marta Leal", message="Hello", consent="on").status_code == 200
    customer, interaction = Customer.objects.get(), Interaction.objects.get()
    assert customer.name == "Marta Leal"
    assert (interaction.kind, interaction.channel) == ("form", "web")
    assert "Message: Hello" in interaction.text
    assert interaction.data["consent"] == {"text": "You may write to me.", "version": 1, "given": True}
    assert Task.objects.get(assignee=boss).member.customer == customer


@pytest.mark.req("K10")
def test_a_claim_changes_nothing_of_somebody_known_and_ties_no_number_to_them(send):
    customer = known("marta@x.example")
    send(name="Mallory", phone="+351 912 345 678")
    customer.refresh_from_db()
    assert customer.name == "Marta Leal"
    assert not Identifier.objects.filter(kind="phone").exists()
    assert "+351 912 345 678" in Interaction.objects.get().text


def test_own_fields_are_filled_for_whom_the_form_founded_only(send, form):
    field = declare("text", Wish("Nick name", "all"))
    form.asked = {**form.asked, field.name: False}
    form.save()
    send(**{field.name: "Martinha"})
    assert Customer.objects.get().extra == {field.key: "Martinha"}
    send(**{field.name: "Ugly"})
    assert Customer.objects.get().extra == {field.key: "Martinha"}
    assert Interaction.objects.count() == 2


def test_sent_twice_it_is_one(send, form):
    token = ask.new_token(form)
    for _time in range(2):
        send(token=token)
    assert Interaction.objects.count() == Submission.objects.count() == 1


@pytest.mark.parametrize("token", ["", "nonsense", "of another"])
def test_without_its_token_a_form_is_shown_to_be_sent_by_a_person(send, form, site, boss, token):
    if token == "of another":
        token = ask.new_token(WebForm.objects.create(site=site, title="Other", asked={"email": True}, owner=boss))
    answer = send(token=token, message='"><script>alert(1)</script>')
    assert "<script>alert" not in answer.content.decode()
    assert "marta@x.example" in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_a_machine_filled_in_is_held_back(send):
    send(homepage2="https://spam.example")
    assert Submission.objects.get().state == "spam"
    assert not Interaction.objects.exists()


def test_a_form_on_somebody_elses_page_is_refused(send):
    assert send(origin="https://evil.example").status_code == 400
    assert not Submission.objects.exists()


def test_too_many_are_refused(send):
    statuses = {send(message=str(number)).status_code for number in range(25)}
    assert statuses == {200, 429}


def test_labels_are_shown_as_text(client, form):
    form.title = form.consent = "<script>alert(1)</script>"
    form.questions = ["<img src=x onerror=alert(1)>"]
    form.save()
    page = client.get(reverse("web:form", args=[form.key])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("onward", ["https://evil.example/", f"{ORIGIN}.evil.example/", "javascript:alert(1)", "//x"])
def test_nobody_is_led_to_another_site(signed_in, boss, site, onward):
    sent = {"title": "Ask", "language": "en", "owner": boss.pk, "ask-email": "required", "onward": onward}
    assert signed_in(boss).post(reverse("web:add_form", args=[site.pk]), sent).status_code == 422
    sent["onward"] = f"{ORIGIN}/thanks"
    assert signed_in(boss).post(reverse("web:add_form", args=[site.pk]), sent).status_code == 302


@pytest.mark.parametrize(
    "origin", ["https://x.example/path", "nonsense", "https://a@b.example", "https://x; script-src *"]
)
def test_what_is_no_origin_is_refused(signed_in, boss, origin):
    answer = signed_in(boss).post(reverse("web:add_site"), {"name": "X", "origins": origin})
    assert answer.status_code == 422


def test_a_wording_that_changed_is_a_new_version(signed_in, boss, form):
    sent = {"title": "Ask", "language": "en", "owner": boss.pk, "ask-email": "required", "consent": "Otherwise"}
    signed_in(boss).post(reverse("web:manage", args=[form.pk]), sent)
    form.refresh_from_db()
    assert (form.consent, form.consent_version) == ("Otherwise", 2)


@pytest.mark.req("K10")
def test_earlier_visits_stand_on_the_timeline_once_a_form_says_whose_they_were(look, send):
    assert look(pages=3).status_code == 204
    assert not Interaction.objects.exists()
    send(visitor=ONE)
    visit = Interaction.objects.get(kind="visit")
    assert visit.subject == "Looked at 3 pages"
    assert visit.participations.get().member.customer == Customer.objects.get()


@pytest.mark.req("K10")
def test_two_people_in_one_browser_are_never_made_one(look, send):
    look()
    send(visitor=ONE)
    Visit.objects.update(last_at=timezone.now() - timedelta(hours=2))
    look()
    send(email="rui@x.example", visitor=ONE)
    assert Customer.objects.count() == 2
    browser = Browser.objects.get()
    assert browser.shared
    assert browser.member is None
    Visit.objects.update(last_at=timezone.now() - timedelta(hours=2))
    look()
    fold()
    put_on_timeline(at=timezone.now())
    assert Visit.objects.filter(member=None).count() == 1


@pytest.mark.parametrize("header", [{"DNT": "1"}, {"Sec-GPC": "1"}, {"User-Agent": "Googlebot/2.1"}])
def test_who_does_not_want_it_and_machines_are_left_out(look, header):
    look(**header)
    assert not Beacon.objects.exists()


def test_only_our_own_pages_may_tell(look, site):
    assert look(origin="https://evil.example").status_code == 400
    assert look().headers["Access-Control-Allow-Origin"] == ORIGIN
    site.tracking = False
    site.save()
    assert look().status_code == 400


def test_who_takes_consent_back_is_forgotten(look, send, client, site):
    look()
    send(visitor=ONE)
    said = {"s": site.key, "v": ONE, "forget": 1}
    client.post(reverse("web:seen"), said, content_type="application/json", headers={"Origin": ORIGIN})
    assert not Browser.objects.filter(visitor=ONE).exists()
    assert not Browser.objects.exclude(member=None).exists()


def test_nonsense_is_refused(client, site):
    for body in (b"[" * 4_000, b"{}", b'{"v": 1}', b"\xff"):
        answer = client.post(reverse("web:seen"), body, content_type="text/plain", headers={"Origin": ORIGIN})
        assert answer.status_code == 400
