"""Small exports as HubSpot and Salesforce shape them, and the way in for tests."""

import io
import zipfile
from datetime import UTC, datetime

from rapport.migration.draft import draft
from rapport.migration.models import Migration
from rapport.migration.run import begin, run_all, start_taking_back, take_all_back

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HUBSPOT = {
    "hubspot_owners.csv": "owner_id,email,first_name,last_name\n71,boss@rapport.example,Bea,Boss\n72,gone@old.example,Gil,Gone\n",
    "hubspot_companies.csv": (
        "id,property_name,property_domain,property_hubspot_owner_id,property_hs_parent_company_id,is_deleted\n"
        "1,Aurora Foods,aurora.example,71,,false\n2,Borealis,borealis.example,72,1,false\n"
        "3,Cassini,cassini.example,,2,false\n4,Old,old.example,,,true\n"
    ),
    "hubspot_contacts.csv": (
        "id,property_firstname,property_lastname,property_email,property_associatedcompanyid,property_jobtitle,property_hubspot_owner_id\n"
        "1,Ana,Prado,ana@aurora.example,1,Buyer,71\n2,Rui,Costa,rui@borealis.example,2,,72\n"
        "3,Zoe,Nowhere,zoe@z.example,99,,\n4,Ina,Alone,ina@i.example,,,\n"
    ),
    "hubspot_engagement_call.csv": (
        "engagement_id,property_hs_timestamp,property_hs_call_title,property_hs_call_body,type\n"
        "501,2026-01-02 10:00:00,First call,About olives,CALL\n502,2026-01-03 10:00:00,Second call,About oil,CALL\n"
    ),
    "hubspot_engagement_contact.csv": (
        "contact_id,engagement_id,engagement_type\n1,501,CALL\n2,501,CALL\n3,502,CALL\n1,999,CALL\n77,502,CALL\n"
    ),
    "hubspot_engagement_company.csv": "company_id,engagement_id,engagement_type\n1,501,CALL\n",
    "hubspot_deals.csv": "deal_id,property_dealname,property_amount\n9,Olive oil,1000\n",
}
SALESFORCE = {
    "Account.csv": (
        "Id,Name,BillingCity,OwnerId,ParentId,IsDeleted\n"
        "001000000000001AAA,Aurora Foods,Lisbon,005000000000001AAA,,false\n"
        "001000000000002AAA,Borealis,Porto,005000000000002AAA,001000000000001AAA,false\n"
    ),
    "Contact.csv": (
        "Id,FirstName,LastName,Email,AccountId,Title,OwnerId\n"
        "003000000000001AAA,Ana,Prado,ana@aurora.example,001000000000001AAA,Buyer,005000000000001AAA\n"
        "003000000000002AAA,Rui,Costa,rui@borealis.example,001000000000002AAA,,005000000000002AAA\n"
    ),
    "Task.csv": (
        "Id,WhoId,WhatId,AccountId,Subject,Description,TaskSubtype,ActivityDate,CreatedDate\n"
        "00T000000000001AAA,003000000000001AAA,001000000000001AAA,001000000000001AAA,Call Ana,Offer,Call,2026-01-05,2026-01-02\n"
        "00T000000000002AAA,003000000000009AAA,,001000000000002AAA,Write Rui,Offer,Email,2026-01-06,2026-01-03\n"
    ),
    "User.csv": (
        "Id,Name,Email,UserType\n005000000000001AAA,Bea Boss,boss@rapport.example,Standard\n"
        "005000000000002AAA,Gil Gone,gone@old.example,Standard\n"
    ),
}


class Dropped(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name

    def chunks(self):
        yield self.getvalue()


def dropped(files: dict[str, str | bytes]) -> list[Dropped]:
    return [Dropped(name, text.encode() if isinstance(text, str) else text) for name, text in files.items()]


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def move_in(files: dict[str, str | bytes], by=None, **owners: str) -> Migration:
    made = draft(dropped(files), by=by, at=NOW)
    for key, email in owners.items():
        made.owners[key.removeprefix("o")]["user"] = email
    made.save()
    assert begin(made, by=by, at=NOW, defer=False)
    return run_all(made.pk, at=NOW)


def take_back(migration: Migration) -> Migration:
    assert start_taking_back(migration, by=None, at=NOW, defer=False)
    return take_all_back(migration.pk, by=None, at=NOW)
