"""Address books as the usual clients export them go in by suggestion alone, with all that Rapport has a place for."""

import csv

import pytest

from rapport.customers.models import Customer
from rapport.imports import run as running
from rapport.imports.fields import Kind
from rapport.imports.propose import Wishes, kind_of, propose
from rapport.imports.start import drafted, start
from rapport.imports.tests.test_run import NOW

pytestmark = pytest.mark.django_db
# Some of the columns of each, as they stand in an export: many are empty, and an address may be there twice.
BOOKS = {
    "Outlook": {
        "First Name": "Ana",
        "Middle Name": "",
        "Last Name": "Silva",
        "Title": "Dr.",
        "Suffix": "",
        "E-mail Address": "ana@a.example",
        "E-mail 2 Address": "ana@home.example",
        "E-mail 3 Address": "",
        "Home Phone": "",
        "Business Phone": "+351 21 555 0102",
        "Mobile Phone": "+351 91 555 0103",
        "Business Fax": "+351 21 555 0199",
        "Job Title": "Buyer",
        "Department": "Sales",
        "Company": "Aurora SA",
        "Office Location": "Room 7",
        "Home Street": "",
        "Home City": "",
        "Home Postal Code": "",
        "Home Country/Region": "",
        "Business Street": "Rua da Prata 80",
        "Business City": "Lisboa",
        "Business Postal Code": "1100-420",
        "Business Country/Region": "Portugal",
        "Hobby": "Chess",
        "Web Page": "https://aurora.example",
        "Birthday": "1980-05-03",
        "Notes": "Met in Porto",
    },
    "Outlook in German": {
        "Anrede": "",
        "Vorname": "Ana",
        "Nachname": "Silva",
        "Firma": "Aurora SA",
        "Abteilung": "Einkauf",
        "Position": "Buyer",
        "Straße privat": "",
        "Ort privat": "",
        "Postleitzahl privat": "",
        "Straße geschäftlich": "Rua da Prata 80",
        "Ort geschäftlich": "Lisboa",
        "Postleitzahl geschäftlich": "1100-420",
        "Land/Region geschäftlich": "Portugal",
        "Fax geschäftlich": "+351 21 555 0199",
        "Telefon geschäftlich": "+351 21 555 0102",
        "Mobiltelefon": "+351 91 555 0103",
        "E-Mail-Adresse": "ana@a.example",
        "E-Mail-Typ": "SMTP",
        "E-Mail: Angezeigter Name": "Ana (ana@a.example)",
        "E-Mail 2: Adresse": "ana@home.example",
        "Webseite": "https://aurora.example",
        "Geburtstag": "3.5.1980",
    },
    "Google": {
        "Name": "Ana Silva",
        "Given Name": "Ana",
        "Family Name": "Silva",
        "Birthday": "1980-05-03",
        "Group Membership": "* myContacts ::: Friends",
        "E-mail 1 - Type": "* Work",
        "E-mail 1 - Value": "ana@a.example",
        "E-mail 2 - Type": "Home",
        "E-mail 2 - Value": "ana@home.example",
        "Phone 1 - Type": "Mobile",
        "Phone 1 - Value": "+351 91 555 0103",
        "Phone 2 - Type": "Work",
        "Phone 2 - Value": "+351 21 555 0102",
        "Address 1 - Type": "Home",
        "Address 1 - Formatted": "Lisboa",
        "Address 1 - Street": "Rua da Prata 80",
        "Address 1 - City": "Lisboa",
        "Address 1 - PO Box": "",
        "Address 1 - Postal Code": "1100-420",
        "Address 1 - Country": "PT",
        "Organization 1 - Type": "",
        "Organization 1 - Name": "Aurora SA",
        "Organization 1 - Title": "Buyer",
        "Website 1 - Type": "Home",
        "Website 1 - Value": "https://aurora.example",
    },
    "Google of today": {
        "First Name": "Ana",
        "Last Name": "Silva",
        "Organization Name": "Aurora SA",
        "Organization Title": "Buyer",
        "Labels": "* myContacts",
        "E-mail 1 - Label": "* Work",
        "E-mail 1 - Value": "ana@a.example",
        "E-mail 2 - Label": "Home",
        "E-mail 2 - Value": "ana@home.example",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+351 91 555 0103 ::: +351 21 555 0102",
        "Address 1 - Label": "Home",
        "Address 1 - Street": "Rua da Prata 80",
        "Address 1 - City": "Lisboa",
        "Address 1 - Country": "PT",
        "Address 1 - Postal Code": "1100-420",
        "Website 1 - Value": "https://aurora.example",
    },
    "Thunderbird": {
        "First Name": "Ana",
        "Last Name": "Silva",
        "Display Name": "Ana Silva",
        "Nickname": "",
        "Primary Email": "ana@a.example",
        "Secondary Email": "ana@home.example",
        "Work Phone": "+351 21 555 0102",
        "Home Phone": "",
        "Fax Number": "+351 21 555 0199",
        "Mobile Number": "+351 91 555 0103",
        "Home Address": "",
        "Home City": "",
        "Home ZipCode": "",
        "Home Country": "",
        "Work Address": "Rua da Prata 80",
        "Work Address 2": "Flat 4",
        "Work City": "Lisboa",
        "Work ZipCode": "1100-420",
        "Work Country": "Portugal",
        "Job Title": "Buyer",
        "Organization": "Aurora SA",
        "Web Page 1": "https://aurora.example",
        "Birth Year": "1980",
    },
    "Yahoo": {
        "First": "Ana",
        "Middle": "",
        "Last": "Silva",
        "Email": "ana@a.example",
        "Category": "",
        "Messenger ID": "ani",
        "Home": "",
        "Work": "+351 21 555 0102",
        "Mobile": "+351 91 555 0103",
        "Fax": "+351 21 555 0199",
        "Alternate Email 1": "ana@home.example",
        "Title": "Buyer",
        "Business Website": "https://aurora.example",
        "Company": "Aurora SA",
        "Home Address": "",
        "Home Town": "",
        "Work Address": "Rua da Prata 80",
        "Work City": "Lisboa",
        "Work Post Code": "1100-420",
        "Work Country": "Portugal",
        "Birthday": "03/05/1980",
        "Comments": "Met",
    },
}
WANTED = {
    "name": "Ana Silva",
    "first_name": "Ana",
    "last_name": "Silva",
    "street": "Rua da Prata 80",
    "city": "Lisboa",
    "postcode": "1100-420",
    "website": "https://aurora.example",
}


@pytest.mark.req("K10")
@pytest.mark.parametrize("client", BOOKS)
def test_an_address_book_goes_in_by_suggestion_alone(client, tmp_path):
    path = tmp_path / "book.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as content:
        writer = csv.DictWriter(content, BOOKS[client])
        writer.writeheader()
        writer.writerow(BOOKS[client])
        writer.writerow(
            {name: value if name.endswith(("Type", "Label")) else "" for name, value in BOOKS[client].items()}
            | another(client)
        )
    assert kind_of(path, path.name) == Kind.CUSTOMERS
    plan = propose(path, path.name, Wishes(Kind.CUSTOMERS, source="book")).plan
    begun = start(drafted(path, path.name, plan, by=None, at=NOW), by=None, at=NOW, defer=False)
    run = running.run(begun.pk)
    assert (run.created, run.failed) == (2, 0), list(run.failures.values_list("reason", flat=True))
    ana = Customer.objects.get(name="Ana Silva")
    assert {name: getattr(ana, name) for name in WANTED} == WANTED
    assert ana.country in {"PT", "Portugal"}
    (member,) = ana.members.all()
    held = set(member.identifiers.values_list("kind", "key"))
    assert {("email", "ana@a.example"), ("email", "ana@home.example")} <= held
    assert {("phone", "+351215550102"), ("phone", "+351915550103")} <= held
    assert not any(key == "+351215550199" for _kind, key in held), "a fax is nobody's telephone"
    (job,) = member.relationships.all()
    assert (job.other.customer.name, job.role) == ("Aurora SA", "Buyer")
    assert not {tag for tag in ana.tags if "myContacts" in tag}


def another(client):
    """Somebody of whom little is known: first and last name, or the name, and one address."""
    last = next(name for name in BOOKS[client] if name in {"Last Name", "Nachname", "Family Name", "Last"})
    email = next(name for name, value in BOOKS[client].items() if value == "ana@a.example")
    return {last: "Costa", email: "costa@c.example"} | ({"Name": "Costa"} if "Name" in BOOKS[client] else {})
