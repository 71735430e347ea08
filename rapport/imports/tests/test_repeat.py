"""An import can be repeated, its mapping is remembered, a column becomes a field, and every row can be found again."""

import re

import pytest
from django.urls import reverse

from rapport.customers.models import Customer
from rapport.fields.models import CustomField, Type
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import read
from rapport.imports.tests.test_command import give, rapport_import  # noqa: F401
from rapport.imports.tests.test_wizard import said, upload

pytestmark = pytest.mark.django_db
PEOPLE = "Nr,Wer,Post,Punkte\n1,Ann Lee,ann@example.org,7\n2,Bo Ray,broken,8\n"
MAPPED = ("--map", "Nr=external_id", "--map", "Wer=name", "--map", "Post=email", "--source", "crm")


@pytest.mark.req("K10")
def test_another_file_goes_in_like_an_earlier_one(give, rapport_import):  # noqa: F811
    rapport_import("customers", give("a.csv", PEOPLE), *MAPPED)
    run = ImportRun.objects.get()
    code, told, _err = rapport_import(give("b.csv", PEOPLE.replace("Ann Lee", "Ann Leigh")), "--like", str(run.pk))
    assert (code, told["updated"], told["failed"]) == (3, 1, 1)
    assert Customer.objects.get().name == "Ann Leigh"
    assert rapport_import(give("c.csv", "Id,Name\n1,X\n"), "--like", str(run.pk))[0] == 2
    assert rapport_import(give("c.csv", PEOPLE), "--like", "999999")[0] == 2


@pytest.mark.req("K10")
def test_the_mapping_of_a_source_is_proposed_again(give, rapport_import):  # noqa: F811
    rapport_import("customers", give("a.csv", PEOPLE), *MAPPED, "--map", "Punkte=region")
    rapport_import("customers", give("b.csv", PEOPLE), "--source", "crm")
    assert read(ImportRun.objects.latest("pk").plan).of("region")[0].column == "Punkte"


@pytest.fixture
def boss_browser(client, boss, settings, tmp_path):
    settings.HOME = tmp_path
    client.force_login(boss)
    return client


@pytest.mark.req("K10")
def test_a_column_becomes_a_field_and_is_filled(boss_browser, run_jobs):
    upload(boss_browser, PEOPLE.encode(), kind="customers")
    run = ImportRun.objects.get()
    page = boss_browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    place = re.search(r'name="place" value="(\d+)"', page[page.index("<b>Punkte</b>") :])[1]
    boss_browser.post(reverse("imports:field", args=[run.pk]), {**said(boss_browser, run), "place": place})
    made = CustomField.objects.get()
    assert (made.label, made.type) == ("Punkte", Type.NUMBER)
    boss_browser.post(reverse("imports:start", args=[run.pk]), said(boss_browser, run))
    run_jobs()
    assert Customer.objects.get().extra == {made.key: 7}


@pytest.mark.req("K10")
def test_the_same_file_is_taken_in_again_by_a_button(boss_browser, run_jobs):
    upload(boss_browser, PEOPLE.encode(), kind="customers")
    run = ImportRun.objects.get()
    boss_browser.post(reverse("imports:start", args=[run.pk]), said(boss_browser, run))
    run_jobs()
    boss_browser.post(reverse("imports:again", args=[run.pk]))
    again = ImportRun.objects.latest("pk")
    assert (again.state, again.digest, again.plan) == (State.DRAFT, run.digest, ImportRun.objects.get(pk=run.pk).plan)


@pytest.mark.req("K10")
def test_one_can_ask_where_a_row_is(give, rapport_import, boss_browser, ana):  # noqa: F811
    rapport_import("customers", give("a.csv", PEOPLE), *MAPPED)
    rapport_import("customers", give("a.csv", PEOPLE), *MAPPED)
    history = reverse("imports:history")
    page = boss_browser.get(history, {"q": "ANN@example.org"}).content.decode()
    assert "taken in as new" in page
    assert "skipped: it said nothing new" in page
    assert ">Ann Lee</a>" in page
    assert "is no e-mail address" in boss_browser.get(history, {"q": "broken"}).content.decode()
    assert "No import that you may see" in boss_browser.get(history, {"q": "nobody@example.org"}).content.decode()
