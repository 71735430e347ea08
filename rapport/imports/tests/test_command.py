"""The command's contract: exit codes, counts, mapping by hand, conditions, and the same file twice."""

import argparse
import json
from decimal import Decimal

import pytest

from rapport.customers.models import Customer, Relationship, SourceRecord
from rapport.imports import command
from rapport.imports.models import ImportRun
from rapport.sales.order import Order, OrderLine
from rapport.timeline.models import Interaction

pytestmark = pytest.mark.django_db

PEOPLE = """Kundennummer;Vorname;Nachname;E-Mail;Telefon;Ort;Land;Notiz
1;Ann;Meier;ann@example.org;030 1234567;Köln;Deutschland;mag Tee
2;Bo;Ström;bo@example.org;;Malmö;Sverige;
3;Cy;Duval;;;Lyon;France;
2;Bo;Ström;bo@example.org;;Lund;Sverige;zog um
4;Di;Falsch;keine-adresse;;Ulm;Deutschland;
"""


@pytest.fixture
def give(tmp_path):
    def written(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


@pytest.fixture
def rapport_import(capsys):
    def ran(*words: str, yes: bool = True):
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        code = command.run(parser.parse_args([*words, "--json", *(["--yes"] if yes else [])]))
        said = capsys.readouterr()
        last = said.out.strip().splitlines()[-1:]
        return code, json.loads(last[0]) if last else {}, said.err

    return ran


def counts(rows, created, updated, skipped, failed, unassigned=0):
    return {
        "rows": rows, "created": created, "updated": updated, "skipped": skipped, "failed": failed,
        "unassigned": unassigned,
    }  # fmt: skip


@pytest.mark.req("K9")
def test_each_row_counts_once_and_the_same_file_again_says_nothing_new(give, rapport_import):
    path = give("kunden.csv", PEOPLE)
    code, told, _err = rapport_import("customers", path)
    assert (code, told) == (3, counts(5, 3, 1, 0, 1))
    ann = Customer.objects.get(name="Ann Meier")
    assert (ann.city, ann.country) == ("Köln", "Deutschland")
    assert set(ann.members.get().identifiers.values_list("kind", "key")) == {
        ("external", "1"),
        ("email", "ann@example.org"),
        ("phone", "+49301234567"),
    }
    assert SourceRecord.objects.get(external_id="1").raw["Notiz"] == "mag Tee"
    assert Customer.objects.get(name="Bo Ström").city == "Lund"
    code, told, _err = rapport_import("customers", path)
    assert (code, told) == (3, counts(5, 0, 0, 4, 1))


def test_a_dry_run_tells_the_same_and_writes_nothing(give, rapport_import):
    path = give("kunden.csv", PEOPLE)
    assert rapport_import("customers", path, "--dry-run")[:2] == (3, counts(5, 3, 1, 0, 1))
    assert not Customer.objects.exists()
    assert not ImportRun.objects.exists()


def test_without_a_terminal_nothing_starts_unasked(give, rapport_import):
    code, told, err = rapport_import("customers", give("kunden.csv", PEOPLE), yes=False)
    assert (code, told) == (2, {})
    assert "--yes" in err
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--map", "Nowhere=name"),
        ("--map", "Ort=nothing"),
        ("--map", "Ort"),
        ("--map", "Ort=city", "--map", "Land=city"),
        ("--where", "Nowhere=1"),
        ("--key", "shoe_size"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(give, rapport_import, words):
    code, _told, err = rapport_import("customers", give("kunden.csv", PEOPLE), *words)
    assert code == 2
    assert err.startswith("rapport import: ")
    assert not ImportRun.objects.exists()


def test_a_file_that_is_none_is_refused(give, rapport_import):
    assert rapport_import("customers", "/nowhere.csv")[0] == 2
    assert rapport_import("customers", give("empty.csv", ""))[0] == 2
    assert rapport_import("customers", give("header.csv", "id,name\n"))[0] == 2


def test_orders_without_header_number_or_unique_rows_lose_no_line(give, rapport_import):
    path = give(
        "log.txt",
        " 00004 19970101  2   29.33\n 00004 19970101  2   29.33\n 00021 19970113  1   11.77\n 00021 19970118  1  -5.00\n",
    )
    mapping = ["1=customer", "2=ordered_at", "3=quantity", "4=amount", "=USD=currency"]
    words = ["orders", path, "--no-header", *(word for one in mapping for word in ("--map", one))]
    assert rapport_import(*words)[:2] == (0, counts(4, 4, 0, 0, 0))
    assert sum(Order.objects.values_list("total", flat=True)) == Decimal("65.43")
    assert Order.objects.count() == 4
    assert set(Order.objects.values_list("currency", flat=True)) == {"USD"}
    assert Customer.objects.count() == 2
    assert rapport_import(*words)[:2] == (0, counts(4, 0, 0, 4, 0))


INVOICES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26,2.55,17850,United Kingdom
536365,71053,WHITE LANTERN,6,2010-12-01 08:26,3.39,17850,United Kingdom
536365,71053,WHITE LANTERN,6,2010-12-01 08:26,3.39,17850,United Kingdom
536370,22728,ALARM CLOCK,24,2010-12-01 08:45,3.75,,France
C536379,D,Discount,-1,2010-12-01 09:41,27.5,17850,United Kingdom
536365,22752,LATE LINE,1,2010-12-01 08:26,1,17850,United Kingdom
"""


def test_lines_of_an_invoice_become_one_order_and_equal_lines_stay_two(give, rapport_import):
    path = give("online retail.csv", INVOICES)
    assert rapport_import("orders", path)[:2] == (0, counts(6, 6, 0, 0, 0, unassigned=1))
    order = Order.objects.get(external_id="536365")
    assert (order.source, order.lines.count(), float(order.total)) == ("online retail", 4, 56.98)
    assert Order.objects.get(external_id="C536379").total < 0
    assert Order.objects.get(external_id="536370").member is None
    assert OrderLine.objects.filter(product="ALARM CLOCK").get().data["Country"] == "France"
    assert rapport_import("orders", path)[:2] == (0, counts(6, 0, 0, 6, 0, unassigned=1))
    assert sum(Order.objects.values_list("total", flat=True)) == Decimal("119.48")


def test_only_rows_that_a_condition_asks_for_count(give, rapport_import):
    companies = give("accounts.csv", "account,sector,subsidiary_of\nAcme,technolgy,\nBolt,retail,Acme\n")
    assert rapport_import("companies", companies, "--source", "maven")[:2] == (0, counts(2, 2, 0, 0, 0))
    deals = give(
        "pipeline.csv",
        "opportunity_id,product,account,deal_stage,close_date,close_value\n"
        "A1,GTX,Acme,Won,2017-03-01,1054\nA2,GTX,Bolt,Lost,2017-03-02,0\nA3,MG,,Won,2017-03-03,50\nA4,MG,Acme,Open,,\n",
    )
    words = ["orders", deals, "--source", "maven", "--where", "deal_stage=Won"]
    assert rapport_import(*words)[:2] == (0, counts(2, 2, 0, 0, 0, unassigned=1))
    assert Order.objects.get(external_id="A1").member.customer.name == "Acme"
    assert Customer.objects.get(name="Acme").tags == ["technolgy"]
    part = Relationship.objects.get()
    assert (part.member.customer.name, part.kind, part.other.customer.name) == ("Bolt", "part of", "Acme")


def test_what_lacks_an_id_is_known_again_by_its_own_content(give, rapport_import):
    path = give(
        "Tweets.csv",
        "tweet_id,name,text,tweet_created\n5.70306E+17,cairdin,What?,24-02-2015 11:35\n"
        "5.70306E+17,jnardino,plus,24-02-2015 11:15\n5.70306E+17,jnardino,plus,24-02-2015 11:15\n5.7E+17,,bad,24-02-2015 11:14\n",
    )
    words = ["interactions", path, "--map", "name=social"]
    assert rapport_import(*words)[:2] == (0, counts(4, 3, 0, 1, 0, unassigned=1))
    assert set(Interaction.objects.values_list("channel", flat=True)) == {"social"}
    assert rapport_import(*words)[:2] == (0, counts(4, 0, 0, 4, 0, unassigned=1))


def test_what_lacks_a_date_is_not_new_each_day(give, rapport_import):
    path = give("tickets.csv", 'subject,body,language\nHilfe,"Liebes Team,\nes brennt",de\nBuild,Hallo,de\n')
    assert rapport_import("interactions", path)[:2] == (0, counts(2, 2, 0, 0, 0, unassigned=2))
    assert rapport_import("interactions", path)[:2] == (0, counts(2, 0, 0, 2, 0, unassigned=2))
    one = Interaction.objects.get(subject="Hilfe")
    assert (one.text, one.channel, one.data) == ("Liebes Team,\nes brennt", "portal", {"language": "de"})


def test_the_key_decides_who_is_known(give, rapport_import):
    path = give("people.csv", "id,name,email\n1,Ann,shared@example.org\n2,Ann,ann@example.org\n")
    assert rapport_import("customers", path)[:2] == (0, counts(2, 2, 0, 0, 0))
    by_name = give("again.csv", "name,email,city\nAnn,new@example.org,Bath\n")
    assert rapport_import("customers", by_name, "--key", "email")[1]["created"] == 1
    assert rapport_import("customers", path, "--key", "postcode")[0] == 2
