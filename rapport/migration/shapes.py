"""How HubSpot and Salesforce call the columns that matter, in their exports and in what connectors copy out of them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from rapport.migration.models import What

HUBSPOT, SALESFORCE, PLAIN = "hubspot", "salesforce", "plain"
PREFIX = re.compile(r"^property[_ ]|^properties[. ]", re.IGNORECASE)
SALESFORCE_ID = re.compile(r"[a-zA-Z0-9]{3}[a-zA-Z0-9]{12}([A-Z0-5]{3})?")
# Marks that only the one or the other leaves in its columns.
MARKS = {
    HUBSPOT: {"recordid", "hsobjectid", "vid", "portalid", "hubspotownerid", "companydomainname", "associatedcompanyid",
              "associatedcompanyids", "associatedcontactids", "engagementid", "hstimestamp", "associatedcompany",
              "hspipelinestage", "activeuserid"},
    SALESFORCE: {"systemmodstamp", "isdeleted", "whoid", "whatid", "masterrecordid", "recordtypeid", "billingstreet",
                 "mailingstreet", "ownerid", "accountid", "lastvieweddate", "jigsawcompanyid", "usertype", "profileid"},
}  # fmt: skip


def plain(column: str) -> str:
    """``property_hs_email_subject`` and ``HS Email Subject`` → ``hsemailsubject``."""
    return "".join(re.findall(r"[^\W_]+", PREFIX.sub("", column.strip()).lower()))


def shape_of(columns: Iterable[str], ids: Sequence[str]) -> str:
    """Whose columns these are; ``ids`` are a few values of the id column."""
    listed = list(columns)
    if any(PREFIX.match(column) for column in listed):
        return HUBSPOT
    names = set(map(plain, listed))
    counts = {shape: len(marks & names) for shape, marks in MARKS.items()}
    if ids and all(re.fullmatch(r"(00|50|a0)\w{13}(\w{3})?", one) for one in ids):
        counts[SALESFORCE] += 2
    best = max(counts, key=lambda shape: counts[shape])
    return best if counts[best] else PLAIN


# Per field the names in the order of preference: the first column that holds anything is taken.
WHERE = {
    "phone": "phone phonenumber mobilephone mobilephonenumber homephone",
    "website": "website companydomainname domain websiteurl",
    "language": "hslanguage preferredlanguage languagelocalekey",
    "owner": "hubspotownerid ownerid contactowner companyowner accountowner leadowner owner",
}
FIELDS: Mapping[What, Mapping[str, str]] = {
    What.PEOPLE: {
        "external_id": "id recordid hsobjectid contactid vid leadid",
        "first_name": "firstname",
        "last_name": "lastname",
        "name": "name fullname",
        "email": "email emailaddress",
        **WHERE,
        "company": "company companyname associatedcompany accountname",
        "company_role": "jobtitle title",
        "street": "mailingstreet address streetaddress street",
        "city": "mailingcity city",
        "postcode": "mailingpostalcode zip postalcode",
        "country": "mailingcountry mailingcountrycode country countryregion countrycode",
    },
    What.COMPANIES: {
        "external_id": "id recordid hsobjectid companyid accountid",
        "name": "name companyname accountname",
        **WHERE,
        "street": "billingstreet address streetaddress street",
        "city": "billingcity city",
        "postcode": "billingpostalcode zip postalcode",
        "country": "billingcountry billingcountrycode country countryregion countrycode",
        "industry": "industry",
    },
    What.ACTIVITIES: {
        "external_id": "engagementid id recordid hsobjectid activityid taskid eventid",
        "occurred_at": "hstimestamp activitydatetime startdatetime starttime activitydate hscreatedate createdate createddate"
        " date createdat",
        "subject": "hsemailsubject hsmeetingtitle hscalltitle hstasksubject subject title",
        "text": "hsemailtext hsnotebody hscallbody hsmeetingbody hstaskbody hscommunicationbody body notebody description"
        " comments fullcomments content",
        "direction": "hsemaildirection hscalldirection",
        "channel": "tasksubtype",
    },
    What.TICKETS: {
        "external_id": "id recordid hsobjectid ticketid caseid casenumber",
        "occurred_at": "createdate createddate createdat hscreatedate",
        "subject": "subject ticketname",
        "text": "content description ticketdescription",
    },
}
# A task is written down when it is made; when it is due may lie ahead.
MADE = "createdate createddate hscreatedate createdat hstimestamp activitydate"
GONE = {"isdeleted", "fivetrandeleted", "deleted"}
OWNER_IDS = "ownerid id userid hsobjectid recordid"
# What columns with ids of other records are called, and of what.
POINTS: Mapping[What, frozenset[str]] = {
    What.COMPANIES: frozenset(
        [
            "accountid",
            "companyid",
            "companyids",
            "associatedcompanyid",
            "associatedcompanyids",
            "primaryassociatedcompanyid",
            "organizationid",
            "organisationid",
            "primaryassociatedcompanyids",
            "associatedcompany",
        ]
    ),
    What.PEOPLE: frozenset(
        [
            "contactid",
            "contactids",
            "whoid",
            "leadid",
            "personid",
            "associatedcontactid",
            "associatedcontactids",
            "requesterid",
        ]
    ),
}
PARENTS = frozenset(["parentid", "parentaccountid", "parentcompanyid", "hsparentcompanyid", "parentcompanyids"])
ACTIVITY_IDS = frozenset(
    ["engagementid", "activityid", "taskid", "eventid", "callid", "meetingid", "noteid", "emailid"]
)
TICKET_IDS = frozenset(["ticketid", "caseid"])
DEAL_IDS = frozenset(["dealid", "opportunityid"])
