"""What somebody hostile tries at the doors about people's data: at once, too long, with NUL, with foreign ids, with more than was asked for."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from rapport.consent.complaints import open_complaints
from rapport.consent.marks import COMPLAINT, mark
from rapport.consent.tests.peer import account_for, customer_at
from rapport.consent.tests.provider import SECRET
from rapport.customers.edit import edit
from rapport.customers.models import Condition, Customer
from rapport.fields.sensitivity import grade
from rapport.people.models import ApiToken
from rapport.people.roles import BuiltIn, standard
from rapport.people.territory import Placing, Territory
from rapport.privacy.erasure import Erasure
from rapport.privacy.hold import Hold
from rapport.privacy.incident import Incident
from rapport.privacy.incident_decide import note_incident
from rapport.privacy.incident_mailing import Mailing
from rapport.privacy.request import Asks, Outcome, Request
from rapport.privacy.request_steps import Asked, check, receive
from rapport.privacy.retain import order, rule_of
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
AT_ONCE = 8
LONG = "Ä" * 50_000
NUL = "a\x00b"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(user, **more):
    client = Client(**more)
    client.force_login(user, backend=BACKEND)
    return client


def program(user, *scopes):
    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'walk', list(scopes))}"})


def at_once(ask):
    """The same from eight at the same moment; what each was answered."""

    def asked(_number):
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as askers:
        return list(askers.map(asked, range(AT_ONCE)))


def request_of(customer, asks, boss):
    now = timezone.now()
    asked = Asked(asks, "Ann", "ann@x.example", "email", now, "", customer)
    return check(receive(asked, assignee=None, by=boss, at=now), "called back", by=boss, at=now)


@pytest.mark.django_db(transaction=True)
def test_a_complaint_settled_eight_times_at_once_is_settled_once(boss):
    ann, client, key = customer_at("ann@x.example"), browser(boss), str(uuid.uuid4())
    mark(ann, COMPLAINT, "Late", by=boss, at=timezone.now())
    sent = {"how": "A new one was sent.", "key": key}
    codes = at_once(lambda: client.post(f"/customers/{ann.pk}/complaint/", sent).status_code)
    assert set(codes) <= {302, 422}
    assert codes.count(302) >= 1
    assert not open_complaints(ann.pk).exists()
    assert Condition.objects.filter(customer=ann, name=COMPLAINT).count() == 1
    assert Interaction.objects.filter(text__contains="A new one was sent.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_territory_saved_eight_times_at_once_is_one(boss):
    client, token = browser(boss), program(boss)
    sent = {"name": "Norway", "place": 1, "countries": "NO"}
    codes = at_once(lambda: client.post("/people/territories/add/", sent).status_code)
    assert sorted(codes) == [302] + [422] * 7
    body = json.dumps({"name": "Sweden", "countries": ["SE"]})
    codes = at_once(lambda: token.post("/api/v1/territories", body, content_type="application/json").status_code)
    assert sorted(codes) == [201] + [422] * 7
    one = Territory.objects.get(name="Norway")
    walks = Placing.objects.count()
    assert set(at_once(lambda: client.post(f"/people/territories/{one.pk}/drop/").status_code)) <= {302, 404}
    assert Placing.objects.count() == walks + 1
    assert Territory.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
def test_letters_ordered_eight_times_at_once_are_one_mailing(boss):
    account = account_for(boss, 0)
    one = note_incident(Incident(title="Lost", aware_at=timezone.now()), by=boss, at=timezone.now())
    one.affected.create(member=customer_at("ann@x.example").members.get())
    client = browser(boss)
    codes = at_once(lambda: client.post(f"/govern/incidents/{one.pk}/letters/", {"account": account.pk}).status_code)
    assert set(codes) == {302}
    assert Mailing.objects.filter(incident=one).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_verbs_of_the_privacy_desk_at_once_have_one_effect(boss, mia):
    ann, bea = customer_at("ann@x.example"), customer_at("bea@x.example")
    first, second = browser(boss), browser(mia)
    wanted = request_of(ann, Asks.ERASURE, boss)
    codes = at_once(lambda: first.post(f"/govern/privacy/requests/{wanted.pk}/erasure/").status_code)
    assert sorted(codes) == [302] + [422] * 7
    proposed = Erasure.objects.get()
    # Nobody confirms their own, however often they ask.
    assert set(at_once(lambda: first.post(f"/govern/privacy/erasures/{proposed.pk}/confirm/").status_code)) == {422}
    confirmed = at_once(lambda: second.post(f"/govern/privacy/erasures/{proposed.pk}/confirm/").status_code)
    assert set(confirmed) <= {302, 403, 404, 422}
    assert Erasure.objects.count() == 1
    given = {"reason": "A dispute", "review_on": (timezone.localdate() + timedelta(days=30)).isoformat()}
    assert set(at_once(lambda: first.post(f"/customers/{bea.pk}/hold/", given).status_code)) == {302}
    standing = Hold.objects.get()
    ends = at_once(lambda: first.post(f"/govern/privacy/holds/{standing.pk}/end/", {"why": "settled"}).status_code)
    assert set(ends) <= {302, 404}
    asked = request_of(bea, Asks.ACCESS, boss)
    answer = {"outcome": Outcome.DONE, "ground": "", "proof": "letter"}
    codes = at_once(lambda: first.post(f"/govern/privacy/requests/{asked.pk}/close/", answer).status_code)
    assert codes.count(302) >= 1
    assert not [code for code in codes if code >= 500]
    assert asked.steps.filter(kind="closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_reports_the_same_eight_times_at_once_is_heard_once(boss, settings):
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    body = json.dumps({"RecordType": "Bounce", "Metadata": {"rapport": "nobody@x"}, "Type": "HardBounce", "Email": NUL})
    basic = {"HTTP_AUTHORIZATION": "Basic aG9vazpub3QtZ3Vlc3NlZA=="}
    for sent in (body, body.replace("nobody@x", "no\\u0000body"), "[" * 50_000, '{"a":' * 50_000, LONG, ""):
        codes = at_once(
            lambda sent=sent: (
                Client().post("/mail-provider/news/", sent, content_type="application/json", **basic).status_code
            )
        )
        assert set(codes) <= {200, 400, 413, 429}, sent[:40]
    for length in ("-1", "x", "²", "9" * 30):
        code = (
            Client()
            .post("/mail-provider/news/", b"{}", content_type="application/json", CONTENT_LENGTH=length, **basic)
            .status_code
        )
        assert code in {400, 413}, length


DOORS = (
    ("/customers/{customer}/complaint/", {"how": "x", "key": str(uuid.uuid4()), "evidence": "x"}),
    ("/customers/{customer}/hold/", {"reason": "x", "review_on": "2030-01-01"}),
    ("/customers/{customer}/field/tags/", {"tags": "x"}),
    (
        "/people/territories/add/",
        {"name": "x", "place": "1", "countries": "NO", "cities": "x", "postcodes": "1", "choices": "x", "members": "1"},
    ),
    (
        "/govern/incidents/new/",
        {"title": "x", "about": "x", "aware_at": "2026-01-01T00:00", "nature": "lost", "owner": "1"},
    ),
    ("/govern/incidents/{incident}/steps/", {"words": "x"}),
    ("/govern/incidents/{incident}/affected/", {"ids": "1", "view": "1", "address": "x"}),
    ("/govern/incidents/{incident}/letters/", {"account": "1"}),
    (
        "/govern/privacy/requests/new/",
        {
            "asks": "access",
            "who": "x",
            "contact": "x",
            "channel": "email",
            "received_at": "2026-01-01T00:00",
            "words": "x",
            "assignee": "1",
            "customer": "1",
        },
    ),
    ("/govern/privacy/requests/{request}/check/", {"how": "x"}),
    ("/govern/privacy/requests/{request}/extend/", {"until": "2026-12-31", "why": "x", "told": "on"}),
    ("/govern/privacy/requests/{request}/note/", {"words": "x"}),
    ("/govern/privacy/requests/{request}/close/", {"outcome": "done", "ground": "x", "proof": "x"}),
    ("/govern/privacy/requests/{request}/whose/", {"other": "1"}),
    ("/govern/retention/trash/", {"days": "30", "active": "on"}),
    ("/bulk/of/customers/", {"action": "tag", "tags": "x", "ids": "1", "step": "look"}),
    ("/govern/privacy/search/", {"values": "x"}),
)
HOSTILE = (NUL, LONG, "9" * 40, "-1", "0001-01-01T00:00", "\ud83d")


def test_no_line_that_is_too_long_holds_nul_or_a_number_beyond_all_breaks_a_door(boss):
    """Each part of each form in turn; answered with a page that says what is wrong, or taken, and never with a failure."""
    ann = customer_at("ann@x.example")
    one = note_incident(Incident(title="Lost", aware_at=timezone.now()), by=boss, at=timezone.now())
    asked = request_of(ann, Asks.ACCESS, boss)
    places = {"customer": ann.pk, "incident": one.pk, "request": asked.pk}
    client = Client(raise_request_exception=False)
    client.force_login(boss, backend=BACKEND)
    broken, met = [], set()
    for path, given in DOORS:
        for name in given:
            for hostile in HOSTILE:
                sent = {**given, name: hostile.encode(errors="surrogatepass").decode(errors="replace")}
                code = client.post(path.format(**places), sent).status_code
                met.add((path, code))
                if code >= 500:
                    broken.append((path, name, hostile[:20], code))
    assert broken == []
    assert not [
        path
        for path, code in met
        if code in {404, 405} and (path, 302) not in met and (path, 200) not in met and (path, 422) not in met
    ]
    # And whatever was taken can be looked at.
    for path in (
        "/govern/incidents/",
        "/govern/privacy/",
        "/govern/privacy/holds/",
        "/govern/retention/",
        "/people/territories/",
        f"/customers/{ann.pk}/",
    ):
        assert client.get(path).status_code == 200, path


BODIES = (
    ("POST", "/api/v1/incidents", {"title": "x", "nature": ["lost"], "aware_at": "2026-01-01T00:00:00Z"}),
    (
        "POST",
        "/api/v1/privacy/requests",
        {"asks": "access", "who": "x", "received_at": "2026-01-01T00:00:00Z", "customer_id": 1},
    ),
    ("POST", "/api/v1/territories", {"name": "x", "cities": ["x"], "members": [1], "place": 1}),
)
ODD = (
    NUL,
    LONG,
    10**40,
    -1,
    1.5,
    None,
    [],
    {},
    True,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [NUL],
    [10**40],
)


def test_no_body_that_makes_no_sense_breaks_the_api(boss):
    client = Client(
        raise_request_exception=False, headers={"Authorization": f"Bearer {ApiToken.issue(boss, 'walk', [])}"}
    )
    broken = []
    for verb, path, given in BODIES:
        for name in given:
            for odd in ODD:
                answer = client.generic(verb, path, json.dumps({**given, name: odd}), content_type="application/json")
                if answer.status_code >= 500:
                    broken.append((path, name, str(odd)[:20]))
    assert broken == []
    for path in ("/api/v1/incidents", "/api/v1/privacy/requests", "/api/v1/territories"):
        assert client.get(path).status_code == 200


def test_more_than_is_asked_for_changes_nothing(boss, mia, iberia):
    """Fields that a form does not have are not taken over, whatever they are called."""
    ann = customer_at("ann@x.example")
    asked = request_of(ann, Asks.ACCESS, boss)
    client = browser(boss)
    extra = {
        "closed_at": "2026-01-01",
        "checked_by": mia.pk,
        "noted_by": mia.pk,
        "id": 999,
        "pk": 999,
        "customer": 999_999,
        "due_on": "2030-01-01",
    }
    client.post(f"/govern/privacy/requests/{asked.pk}/note/", {"words": "x", **extra})
    again = Request.objects.get(pk=asked.pk)
    assert (again.closed_at, again.checked_by, again.noted_by, again.due_on) == (None, boss, boss, asked.due_on)
    one = note_incident(Incident(title="Lost", aware_at=timezone.now()), by=boss, at=timezone.now())
    client.post(
        f"/govern/incidents/{one.pk}/steps/",
        {"words": "x", "closed_at": "2026-01-01", "authority_told_at": "2026-01-01"},
    )
    assert Incident.objects.get(pk=one.pk).closed_at is None
    client.post(
        "/people/territories/add/", {"name": "N", "place": 1, "countries": "NO", "ended_at": "2026-01-01", "id": 7}
    )
    assert Territory.objects.get().ended_at is None
    token = program(boss)
    for path, body in (
        ("/api/v1/territories", {"name": "S", "countries": ["SE"], "ended_at": None}),
        ("/api/v1/incidents", {"title": "x", "nature": ["lost"], "closed_at": None}),
    ):
        assert token.post(path, json.dumps(body), content_type="application/json").status_code == 422


def test_another_page_can_not_make_a_browser_do_it(boss):
    """Without the token of our own pages each of these doors is shut; the provider's alone is open, and asks for its secret."""
    ann = customer_at("ann@x.example")
    mark(ann, COMPLAINT, "Late", by=boss, at=timezone.now())
    one = note_incident(Incident(title="Lost", aware_at=timezone.now()), by=boss, at=timezone.now())
    asked = request_of(ann, Asks.ERASURE, boss)
    places = {"customer": ann.pk, "incident": one.pk, "request": asked.pk}
    client = browser(boss, enforce_csrf_checks=True)
    assert {client.post(path.format(**places), given).status_code for path, given in DOORS} == {403}
    assert open_complaints(ann.pk).exists()
    assert (
        Client(enforce_csrf_checks=True)
        .post("/mail-provider/news/", b"{}", content_type="application/json")
        .status_code
        == 410
    )


def test_what_is_another_teams_is_not_there(boss, ana, nils, nordics):
    """Complaint, hold, field: an agent of another team gets the same answer as for what does not exist."""
    theirs = edit(customer_at("ann@x.example"), {"team": "Nordics"}, by=boss, at=timezone.now())
    mark(theirs, COMPLAINT, "Late", by=boss, at=timezone.now())
    client = browser(ana)
    for path, given in DOORS[:3]:
        for pk in (theirs.pk, 999_999):
            answer = client.post(path.format(customer=pk), given)
            assert answer.status_code in {403, 404}, path
        both = [client.post(path.format(customer=pk), given).status_code for pk in (theirs.pk, 999_999)]
        assert both[0] == both[1], path
    assert open_complaints(theirs.pk).exists()


def test_a_token_does_what_it_was_given_and_no_more(boss):
    """Each of these doors, with a token that was given everything else of its room."""
    given = {
        ("GET", "/api/v1/territories"): "people.change_user",
        ("GET", "/api/v1/incidents"): "privacy.view_incident",
        ("POST", "/api/v1/incidents"): "privacy.change_incident",
        ("GET", "/api/v1/privacy/requests"): "privacy.view_request",
        ("POST", "/api/v1/privacy/requests"): "privacy.note_request",
        ("GET", "/api/v1/retention/runs"): "privacy.view_retention",
    }
    for (verb, path), needs in given.items():
        others = sorted(standard(BuiltIn.ADMINISTRATOR) - {needs})
        answer = program(boss, *others).generic(verb, path, b"{}", content_type="application/json")
        assert answer.status_code == 403, path
        assert answer.json()["needs"] == needs


def test_a_masked_tag_is_told_by_no_count_order_or_mark_of_a_page(boss, ana):
    """Two customers alike but for a tag: whoever may not see it gets the same of both, whichever way they ask."""
    one, other = (
        edit(customer_at(f"{name}@x.example"), {"name": "Ann Lee", "tags": [tag]}, by=boss, at=timezone.now())
        for name, tag in (("a", "zirkon"), ("b", "plain"))
    )
    grade("customers_customer", "tags", "special")
    client, token = browser(ana), program(ana)
    base = client.get("/customers/").text
    for asked in (
        "?tag=zirkon",
        "?tag.any=zirkon",
        "?tag.not=zirkon",
        "?tag.empty=yes",
        "?sort=tags",
        "?sort=-tags",
        "?g0.tag=zirkon",
    ):
        page = client.get(f"/customers/{asked}").text
        assert [page.count(f"/customers/{pk}/") > 0 for pk in (one.pk, other.pk)] == [True, True], asked
    assert "zirkon" not in base
    for word in ("zirkon", "plain", "nothing"):
        assert token.get("/api/v1/customers", {"tag": word}).status_code == 422
        found = token.get("/api/v1/customers", {"q": word}).json()["items"]
        assert found == []
    sizes = {len(client.get(f"/customers/{pk}/peek/").content) - len(str(pk)) * 4 for pk in (one.pk, other.pk)}
    assert max(sizes) - min(sizes) < 40
    tags = {token.get(f"/api/v1/customers/{pk}").headers.get("ETag", "") for pk in (one.pk, other.pk)}
    assert tags == {""} or all("zirkon" not in one for one in tags)
    for axis in ("tags", "tag"):
        assert "zirkon" not in client.get(f"/customers/chart/?by={axis}").text
    assert Customer.objects.get(pk=one.pk).tags == ["zirkon"]


@pytest.mark.django_db(transaction=True)
def test_the_trash_ordered_to_be_emptied_eight_times_at_once_runs_once(boss):
    client = browser(boss)
    codes = at_once(lambda: client.post("/govern/retention/trash/now/").status_code)
    assert set(codes) == {302}
    assert order(rule_of("trash"), by=boss, at=timezone.now()).ended_at is None
