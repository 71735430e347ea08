"""A dealer whom the firm bought brought its customers out of HubSpot: five files that hang together, moved in as one run."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rapport.demo import firm
from rapport.demo.clock import local
from rapport.imports.keep import Copy
from rapport.migration.draft import draft
from rapport.migration.models import Migration
from rapport.migration.run import begin, run_all
from rapport.people.models import User

AGO = timedelta(days=12)
OWNERS = ((4101, "Priya", "Nair"), (4102, "Aoife", "Kearney"))
COMPANIES = (
    (7001, "Lakeside House Hotel", "lakeside-house.example", "Galway", 4101, ""),
    (7002, "Lakeside Weddings", "lakeside-weddings.example", "Galway", 4101, 7001),
    (7003, "Harbour Dental", "harbour-dental.example", "Limerick", 4102, ""),
    (7004, "Byrne & Daly Solicitors", "byrne-daly.example", "Athlone", 4101, ""),
)
CONTACTS = (
    (8001, "Niamh", "Connolly", "niamh@lakeside-house.example", "General manager", 4101, 7001),
    (8002, "Cian", "Walsh", "cian@lakeside-house.example", "Bar manager", 4101, 7001),
    (8003, "Róisín", "Flynn", "roisin@lakeside-weddings.example", "Events", 4101, 7002),
    (8004, "Declan", "Moore", "declan@harbour-dental.example", "Practice manager", 4102, 7003),
    (8005, "Maeve", "Byrne", "maeve@byrne-daly.example", "Partner", 4101, 7004),
    # The company of this one was deleted in HubSpot: its link leads nowhere, and the report says so.
    (8006, "Eoin", "Tierney", "eoin@tierney-motors.example", "Owner", 4102, 7009),
)
# Days before today, what was said, and who was on the line.
CALLS = (
    (70, "Service contract", "Wants the same terms as with the old dealer. Sent the summary by mail.", (8001,)),
    (52, "Second machine for the bar", "Cian asks for a machine that two people can serve at once.", (8002, 8001)),
    (44, "Wedding season", "Needs a loan machine from May to September.", (8003,)),
    (31, "Grinder is loud", "Patients complain. The technician comes on Tuesday.", (8004,)),
    (19, "Renewal", "Renews for two years if the price stays.", (8005,)),
)


def move_dealer_in(staff: Mapping[str, User], *, at: datetime) -> Migration:
    """As Helen did it in the browser."""
    helen, moved = staff["Helen"], at - AGO
    with tempfile.TemporaryDirectory() as folder:
        files = [written(Path(folder) / name, rows) for name, rows in exported(at).items()]
        migration = draft([Copy(path.name, path) for path in files], by=helen, at=moved, zone=firm.LONDON)
    begin(migration, by=helen, at=moved, defer=False)
    return run_all(migration.pk, at=moved)


def exported(now: datetime) -> dict[str, list[Sequence[object]]]:
    """What HubSpot gives out, by the names of its files."""
    owners = [(key, f"{first.lower()}@{firm.DOMAIN}", first, last) for key, first, last in OWNERS]
    calls, seats = [], []
    for number, (days, title, text, people) in enumerate(CALLS, 9001):
        moment = local(now, 9 + number % 7, 10, days=days, zone=firm.LONDON)
        calls.append((number, f"{moment:%Y-%m-%d %H:%M:%S}", title, text, "INBOUND"))
        seats += [(person, number, "CALL") for person in people]
    return {
        "hubspot_owners.csv": [("owner_id", "email", "first_name", "last_name"), *owners],
        "hubspot_companies.csv": [named("name domain city hubspot_owner_id hs_parent_company_id"), *COMPANIES],
        "hubspot_contacts.csv": [
            named("firstname lastname email jobtitle hubspot_owner_id associatedcompanyid"),
            *CONTACTS,
        ],
        "hubspot_calls.csv": [named("hs_timestamp hs_call_title hs_call_body hs_call_direction"), *calls],
        "hubspot_call_contacts.csv": [("contact_id", "engagement_id", "engagement_type"), *seats],
    }


def named(properties: str) -> tuple[str, ...]:
    """The columns as HubSpot's own exports name them."""
    return ("id", *(f"property_{one}" for one in properties.split()))


def written(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return path
