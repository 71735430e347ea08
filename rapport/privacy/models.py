"""The nouns of privacy, each in the file of its idea."""

from rapport.privacy.dictionary import Entry
from rapport.privacy.erasure import Emptying, Erasure
from rapport.privacy.hold import Hold
from rapport.privacy.incident import Affected, Incident, IncidentStep, Notification
from rapport.privacy.incident_mailing import Mailing
from rapport.privacy.obligation import Evidence, Obligation, Review
from rapport.privacy.pack import Pack
from rapport.privacy.register import Activity
from rapport.privacy.request import Request, Step
from rapport.privacy.retain_rule import RetainRule, RetainRun

__all__ = [
    "Activity",
    "Affected",
    "Emptying",
    "Entry",
    "Erasure",
    "Evidence",
    "Hold",
    "Incident",
    "IncidentStep",
    "Mailing",
    "Notification",
    "Obligation",
    "Pack",
    "Request",
    "RetainRule",
    "RetainRun",
    "Review",
    "Step",
]
