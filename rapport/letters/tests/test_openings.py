"""A note or a task begins with a template: its fields are filled in, and nothing that was written is lost."""

import pytest

from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.journal.change import Change
from rapport.letters.models import Template
from rapport.letters.tests.test_compose import ann  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.req("A2")]


@pytest.fixture
def templates(iberia):
    note = Template.objects.create(name="Tour", use="note", text="Met {{ first name }} in {{ city }}.")
    task = Template.objects.create(name="Call", use="task", text="Call {{ name }}")
    letter = Template.objects.create(name="Thanks", text="Thank you.", subject="Hello")
    theirs = Template.objects.create(name="Iberian", use="note", text="Olá", scope=iberia.scope)
    return {one.name: one for one in (note, task, letter, theirs)}


def test_only_templates_for_it_are_offered_and_only_ones_own(signed_in, ana, nils, ann, templates):  # noqa: F811
    page = signed_in(ana).get(f"/letters/{ann.pk}/note/templates/").content.decode()
    assert [name in page for name in ("Tour", "Iberian", "Call", "Thanks")] == [True, True, False, False]
    other = signed_in(nils)
    assert "Iberian" not in other.get(f"/letters/{ann.pk}/note/templates/").content.decode()
    sent = {"template": templates["Iberian"].pk}
    assert "Olá" not in other.post(f"/letters/{ann.pk}/note/opening/", sent).content.decode()
    assert "Olá" in signed_in(ana).post(f"/letters/{ann.pk}/note/opening/", sent).content.decode()
    assert signed_in(ana).get(f"/letters/{ann.pk}/poem/templates/").status_code == 404
    assert "Thanks" in signed_in(ana).get(f"/letters/{ann.pk}/").content.decode()
    assert "Tour" not in signed_in(ana).get(f"/letters/{ann.pk}/").content.decode()


def test_the_words_stand_behind_what_was_written_and_what_is_unknown_is_told(signed_in, ana, ann, templates):  # noqa: F811
    client = signed_in(ana)
    sent = {"template": templates["Tour"].pk, "text": "Rainy.", "key": "0b0f5d9c-8f0f-4b43-9a0f-111111111111"}
    answer = client.post(f"/letters/{ann.pk}/note/opening/", sent, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Rainy.\n\nMet Ann in {{ city }}." in page
    assert sent["key"] in page
    assert "Nothing is known here for {{ city }}" in answer.headers["HX-Trigger"].encode().decode("unicode_escape")
    said = {"template": templates["Call"].pk, "title": "Urgent:", "due_on": "2026-12-24", "assignee": ana.pk}
    task = client.post(f"/letters/{ann.pk}/task/opening/", said, headers={"HX-Request": "true"}).content.decode()
    assert f'value="Urgent: Call {ann.name}"' in task
    assert 'value="2026-12-24"' in task


def test_templates_of_all_kinds_are_kept_in_one_place(signed_in, boss, mia, ann):  # noqa: F811
    client = signed_in(boss)
    form = {"name": "Tour", "use": "task", "scope": 1, "subject": "never", "text": "x" * 401}
    refused = client.post("/templates/new/?use=task", form)
    assert (refused.status_code, "at most 400 letters" in refused.content.decode()) == (422, True)
    client.post("/templates/new/?use=task", form | {"text": "Call {{ name }}"})
    made = Template.objects.get()
    assert (made.use, made.subject, made.text) == ("task", "", "Call {{ name }}")
    assert "Tasks" in client.get("/templates/").content.decode()
    client.post(f"/templates/{made.pk}/retirement/")
    assert Change.objects.get().deed == "template"
    page = client.get(f"/letters/{ann.pk}/task/templates/").content.decode()
    assert "There is no template for this yet." in page
    assert "/templates/new/?use=task" in page


@pytest.mark.req("G5")
def test_nobody_fills_in_who_they_may_not_see(signed_in, nils, iberia, templates):
    record = RecordIn("crm", "1", Kind.PERSON, claims({"name": "Marta", "team": "Iberia"}), ())
    marta = Customer.objects.get(
        pk=create([Newborn(record, [])], at=Template.objects.first().changed_at)[0].customer_id
    )
    sent = {"template": templates["Tour"].pk}
    assert signed_in(nils).post(f"/letters/{marta.pk}/note/opening/", sent).status_code == 404
    assert signed_in(nils).get(f"/letters/{marta.pk}/note/templates/").status_code == 404
