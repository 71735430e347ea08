"""The nouns of privacy, each in the file of its idea."""

from rapport.privacy.dictionary import Entry
from rapport.privacy.incident import Affected, Incident, IncidentStep, Notification
from rapport.privacy.obligation import Evidence, Obligation, Review
from rapport.privacy.register import Activity
from rapport.privacy.retain_rule import RetainRule, RetainRun

__all__ = [
    "Activity",
    "Affected",
    "Entry",
    "Evidence",
    "Incident",
    "IncidentStep",
    "Notification",
    "Obligation",
    "RetainRule",
    "RetainRun",
    "Review",
]
