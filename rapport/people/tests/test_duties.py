"""Who answers for what: posts with terms and vacancies, and service domains with their gaps."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from rapport.people.duties import Gap, matrix
from rapport.people.duty import Duty, ServiceDomain
from rapport.people.fill_post import Refusal, end_term, fill_post
from rapport.people.models import ApiToken, Team, User
from rapport.people.post import Post, Term
from rapport.people.posts import held, posts_on, vacancies
from rapport.people.unit import Position, Unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
STANDING = ["sponsor", "customers", "voice", "privacy"]


def privacy():
    return Post.objects.get(kind="privacy")


@pytest.mark.req("G4")
def test_the_standing_posts_are_there_from_the_start_and_vacant(boss):
    assert [one.post.kind for one in posts_on(DAY, reader=boss)] == STANDING
    assert [one.kind for one in vacancies(DAY, reader=boss)] == STANDING


@pytest.mark.req("G4")
def test_a_new_term_ends_the_one_without_an_end_and_two_never_share_a_day(boss, ana, nils):
    fill_post(privacy(), ana, None, since=DAY)
    later = DAY + timedelta(days=10)
    fill_post(privacy(), nils, ana, since=later, until=later + timedelta(days=5))
    assert fill_post(privacy(), ana, None, since=later + timedelta(days=5)) == Refusal.TAKEN
    assert fill_post(privacy(), ana, None, since=DAY - timedelta(days=5), until=DAY) == Refusal.TAKEN
    told = [held(privacy(), day).acting for day in (DAY - timedelta(days=1), later - timedelta(days=1), later)]
    assert told == [None, ana, nils]
    assert held(privacy(), later + timedelta(days=6)).acting is None


@pytest.mark.req("G4")
def test_the_deputy_stands_in_for_a_holder_who_left_and_without_one_the_post_is_vacant(boss, ana, nils):
    fill_post(privacy(), ana, nils, since=DAY)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    now = held(privacy(), DAY)
    assert (now.acting, now.stands_in) == (nils, True)
    User.objects.filter(pk=nils.pk).update(is_active=False)
    assert held(privacy(), DAY).acting is None


@pytest.mark.req("G4")
def test_a_term_that_ends_soon_with_nobody_after_it_is_told(boss, ana, nils):
    fill_post(privacy(), ana, None, since=DAY, until=DAY + timedelta(days=30))
    assert held(privacy(), DAY).ends_soon
    fill_post(privacy(), nils, None, since=DAY + timedelta(days=31))
    now = held(privacy(), DAY)
    assert (now.ends_soon, now.after.holder) == (False, nils)
    end_term(now.after, on=DAY)
    end_term(now.term, on=DAY)
    assert [term.until for term in Term.objects.all()] == [DAY]


@pytest.mark.req("G4")
def test_posts_are_filled_in_the_browser_and_vacancies_stand_at_home_of_whoever_fills_them(boss, ana, signed_in):
    browser, theirs = signed_in(boss), signed_in(ana)
    assert "Vacant posts" in browser.get("/").text
    assert "Vacant posts" not in theirs.get("/").text
    today = timezone.localdate()
    page = browser.post("/people/posts/add/", {"kind": "process", "about": "Complaints"}, follow=True)
    post = Post.objects.get(kind="process")
    assert "Nobody has held it yet" in page.text
    assert (
        browser.post(f"/people/posts/{post.pk}/", {"holder": ana.pk, "deputy": ana.pk, "since": today}).status_code
        == 422
    )
    for one in Post.objects.all():
        browser.post(f"/people/posts/{one.pk}/", {"holder": ana.pk, "deputy": boss.pk, "since": today})
    page = theirs.get("/people/posts/").text
    assert "All posts are filled." in page
    assert "Process owner: Complaints" in page
    assert "Vacant posts" not in browser.get("/").text
    assert browser.post(f"/people/posts/{post.pk}/", {"holder": boss.pk, "since": today}).status_code == 422
    browser.post(f"/people/posts/{post.pk}/end/", {"term": post.terms.get().pk})
    assert post.terms.get().until == today
    browser.post(f"/people/posts/{post.pk}/drop/")
    browser.post(f"/people/posts/{privacy().pk}/drop/")
    assert [one.kind for one in Post.objects.order_by("pk")] == STANDING


@pytest.fixture
def house(iberia):
    """Service with team Iberia and a vacant position, and a unit that nobody thought of."""
    service = Unit.objects.create(name="Service", parent=Unit.objects.create(name="Company"))
    Team.objects.filter(pk=iberia.pk).update(unit=service)
    Unit.objects.create(name="Marketing")
    return {"unit": service, "team": iberia, "position": Position.objects.create(title="Head", unit=service)}


def share(name, house, *duties):
    domain = ServiceDomain.objects.create(name=name)
    for letter, kind in duties:
        Duty.objects.create(domain=domain, letter=letter, **{kind: house[kind]})


@pytest.mark.req("P1")
def test_gaps_and_overlaps_are_found(boss, house):
    share("Repairs", house, ("R", "team"), ("A", "unit"))
    share("Orders", house, ("A", "unit"), ("A", "team"))
    share("Complaints", house, ("R", "team"), ("A", "position"))
    share("Returns", house)
    found = matrix(reader=boss)
    assert {row.domain.name: row.gaps for row in found.rows} == {
        "Repairs": [],
        "Orders": [Gap.SEVERAL_ACCOUNTABLE, Gap.NOBODY_RESPONSIBLE],
        "Complaints": [Gap.VACANT],
        "Returns": [Gap.NOBODY_ACCOUNTABLE, Gap.NOBODY_RESPONSIBLE],
    }
    assert [str(one) for one in found.parties] == ["Service", "Iberia", "Head (Service)"]
    assert [row.cells for row in found.rows if row.domain.name == "Orders"] == [["A", "A", ""]]
    assert [str(one) for one in found.idle] == ["Marketing"]


@pytest.mark.req("P1")
def test_domains_are_shared_out_in_the_browser(mia, rita, house, signed_in):
    browser = signed_in(mia)
    page = browser.post("/people/domains/add/", {"name": "Repairs", "about": ""}, follow=True)
    assert "Nobody answers for it." in page.text
    url = f"/people/domains/{ServiceDomain.objects.get().pk}/"
    for letter in ("R", "A"):
        browser.post(url, {"party": f"team:{house['team'].pk}", "letter": letter})
    assert (
        "this part already" in browser.post(url, {"party": f"team:{house['team'].pk}", "letter": "A"}, follow=True).text
    )
    page = signed_in(rita).get("/people/domains/").text
    assert "R A" in page
    assert "Marketing" in page
    assert "Nobody" not in page
    browser.post(f"{url}relieve/", {"duty": Duty.objects.get(letter="A").pk})
    assert "Nobody answers for it." in signed_in(rita).get("/people/domains/").text
    browser.post(f"{url}drop/")
    assert not ServiceDomain.objects.exists()


@pytest.mark.req("P1")
def test_the_matrix_costs_the_same_for_few_domains_or_many(ana, house, signed_in, django_assert_max_num_queries):
    for number in range(12):
        share(f"Domain {number}", house, ("R", "team"), ("A", "position"), ("C", "unit"))
    browser = signed_in(ana)
    with django_assert_max_num_queries(14):
        assert browser.get("/people/domains/").status_code == 200


def test_posts_and_domains_are_read_over_the_api(boss, ana, house, client):
    given = {"Authorization": f"Bearer {ApiToken.issue(ana, 'x', [])}"}
    fill_post(privacy(), ana, boss, since=DAY)
    share("Repairs", house, ("R", "team"))
    posts = client.get("/api/v1/posts", headers=given).json()["items"]
    assert [(one["kind"], one["acting"], one["deputy"]) for one in posts][-1] == ("privacy", ana.pk, boss.pk)
    (domain,) = client.get("/api/v1/service-domains", headers=given).json()["items"]
    assert (domain["name"], domain["gaps"]) == ("Repairs", ["nobody accountable"])
    assert [(one["letter"], one["party"], one["team"]) for one in domain["duties"]] == [
        ("R", "Iberia", house["team"].pk)
    ]
