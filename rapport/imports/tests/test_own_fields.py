"""Files bring the organisation's own fields: suggested by name, read as the column is written, failing row by row."""

import pytest

from rapport.customers.models import Customer, Kind
from rapport.customers.tests.test_own_fields import field, put
from rapport.imports import run as running
from rapport.imports.fields import Kind as FileKind
from rapport.imports.propose import Wishes, propose
from rapport.imports.rehearse import foresee
from rapport.imports.tests.test_run import NOW, begin, counted

pytestmark = pytest.mark.django_db
HEAD = "name,email,Tier,Seats,Monthly rent,Contract end,Pays,Keeper,Partner,Staff\n"


@pytest.fixture
def declared(boss):
    field("choice", "Tier", "Gold", "Silver")
    field("number", "Seats")
    field("money", "Monthly rent", currency="EUR")
    field("date", "Contract end")
    field("flag", "Pays")
    field("user", "Keeper")
    field("customer", "Partner")
    field("number", "Staff", about="company")
    return put("Aurora", Kind.COMPANY)


@pytest.mark.req("K10")
def test_columns_fill_fields_by_their_names(declared, boss, tmp_path):
    path = tmp_path / "people.csv"
    rows = [
        'Ann,ann@x.example,gold,12,"1.200,50",31.12.2026,yes,Bea Boss,Aurora,7',
        "Ben,ben@x.example,,3,900 CHF,01.02.2027,no,boss@rapport.example,,",
        "Cid,cid@x.example,tin,4,,,,,,",
        "Dan,dan@x.example,gold,many,,,,,,",
        "Eve,eve@x.example,gold,4,,,,,Nobody,",
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n")
    plan = propose(path, path.name, Wishes(FileKind.CUSTOMERS)).plan
    found = {target.column: target.field for target in plan.targets}
    assert (found["Tier"], found["Monthly rent"], found["Contract end"]) == (
        "x:tier",
        "x:monthly_rent",
        "x:contract_end",
    )
    assert "Staff" not in found
    told = dict(foresee(path, plan, 1, by=boss, at=NOW)[0].values)
    assert (told["Tier"], told["Pays"]) == ("gold", "yes")
    run = running.run(begin(path).pk)
    assert counted(run) == (5, 2, 0, 0, 3)
    reasons = list(run.failures.order_by("number").values_list("reason", flat=True))
    assert reasons == [
        "Tier: “tin” is none of the choices: Gold, Silver.",
        "Seats: “many” is no number.",
        "Partner: There is no such customer: “Nobody”.",
    ]
    assert Customer.objects.get(name="Ann").extra == {
        "tier": "gold",
        "seats": 12,
        "monthly_rent": {"amount": 1200.5, "currency": "EUR"},
        "pays": True,
        "contract_end": "2026-12-31",
        "keeper": boss.pk,
        "partner": declared.pk,
    }
    ben = Customer.objects.get(name="Ben")
    assert (ben.extra["pays"], ben.extra["monthly_rent"]) == (False, {"amount": 900, "currency": "CHF"})
    again = running.run(begin(path, source="again").pk)
    assert counted(again)[4] == 3


def test_the_mapping_page_offers_them(declared, boss, signed_in, tmp_path, settings):
    settings.HOME = tmp_path
    path = tmp_path / "people.csv"
    path.write_text("name,Level\nAnn,gold\n")
    with path.open("rb") as file:
        address = signed_in(boss).post("/imports/new/", {"file": file, "kind": "customers"})["Location"]
    page = signed_in(boss).get(address).content.decode()
    assert '<option value="x:tier">Tier</option>' in page
    assert "x:staff" not in page
    answer = signed_in(boss).post(
        f"{address}mapping/", {"kind": "customers", "header": "on", "column-0": "name", "column-1": "x:tier"}
    )
    assert '<option value="x:tier" selected>' in answer.content.decode()
