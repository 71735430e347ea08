"""What a file says of fields that are too sensitive for somebody is covered while it is imported, too."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from rapport.fields.sensitivity import MASK, grade
from rapport.imports.fields import Kind
from rapport.imports.keep import keep
from rapport.imports.propose import Wishes
from rapport.imports.run import run as run_import
from rapport.imports.start import start
from rapport.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
FILE = """name,email,city,tags,notes
Ann Lee,zirkon.one@x.example,Zirkonhausen,zirkontag,plain
Bo Ray,no zirkon address,Zirkonhausen,zirkontag,plain
"""


@pytest.fixture
def colleague(mia, iberia):
    """Sees what the team imports, and nothing that is sensitive."""
    return User.objects.create_user("mo@rapport.example", name="Mo", role="manager", team=iberia)


@pytest.fixture
def draft(mia, settings, tmp_path):
    settings.HOME = tmp_path
    upload = SimpleUploadedFile("people.csv", FILE.encode())
    return keep(upload, Wishes(Kind.CUSTOMERS, source="crm"), by=mia, at=timezone.now())


@pytest.fixture
def closed():
    for table, column in (
        ("customers_identifier", "value.email"),
        ("customers_customer", "city"),
        ("customers_customer", "tags"),
    ):
        grade(table, column, "special")


def text(client, path):
    return client.get(path).content.decode().lower()


def test_the_preview_shows_what_may_be_seen(draft, signed_in, mia):
    page = text(signed_in(mia), f"/imports/{draft.pk}/")
    assert "zirkon.one@x.example" in page
    assert "zirkonhausen" in page


def test_samples_and_first_rows_are_covered(draft, closed, signed_in, mia, colleague):
    for user in (mia, colleague):
        page = text(signed_in(user), f"/imports/{draft.pk}/")
        assert "zirkon" not in page
        assert MASK in page
        assert "ann lee" in page


def test_a_column_that_is_said_to_mean_nothing_is_not_uncovered(draft, closed, signed_in, mia):
    """Its name and its values still tell what it holds."""
    given = {"kind": "customers", "source": "crm", "key": "", "header": "on", "column-0": "name"}
    page = signed_in(mia).post(f"/imports/{draft.pk}/mapping/", given).content.decode().lower()
    assert "zirkon" not in page


def test_rows_that_failed_are_covered_and_not_handed_to_another(draft, closed, signed_in, mia, colleague, boss):
    run = start(draft, by=mia, at=timezone.now(), defer=False)
    run_import(run.pk)
    run.refresh_from_db()
    assert run.failed == 1
    page = text(signed_in(colleague), f"/imports/{run.pk}/")
    assert "zirkon" not in page
    assert "bo ray" in page
    assert f"/imports/{run.pk}/failed/" not in page
    assert signed_in(colleague).get(f"/imports/{run.pk}/failed/").status_code == 403
    # Whoever brought the file mends it, and whoever may see it all reads it.
    for user in (mia, boss):
        assert signed_in(user).get(f"/imports/{run.pk}/failed/").status_code == 200


def test_where_a_row_went_is_not_asked_by_an_address_that_is_covered(draft, closed, signed_in, mia, colleague, boss):
    run_import(start(draft, by=mia, at=timezone.now(), defer=False).pk)
    asked = "/imports/?q=zirkon.one@x.example"
    assert "ann lee" in text(signed_in(boss), asked)
    assert "ann lee" not in text(signed_in(colleague), asked)
