"""The fields of a file of leads, with the names that others' exports give them."""

from django.utils.translation import gettext_lazy as _

from rapport.imports.field import DATES, PLACES, Field, field
from rapport.lib.suggest import WORDY


def lead_fields(reached: tuple[Field, ...]) -> tuple[Field, ...]:
    """``reached``: how people are reached, as in every kind of file."""
    return (
        field(
            "external_id",
            _("Id in the source"),
            "id|lead id|record id|enquiry id|lead number|anfragenummer",
            distinct=0.98,
        ),
        field(
            "wish",
            _("What they want"),
            "interest|product interest|enquiry|inquiry|subject|lead title|lead name|anfrage|interesse|betreff",
            WORDY,
        ),
        field("text", _("In their words"), "message|description|comments|notes|nachricht|beschreibung", WORDY),
        field("name", _("Name"), "full name|contact name|person|ansprechpartner", WORDY),
        field(
            "customer",
            _("Customer's id or name"),
            "customer id|account id|company|company name|organization|firma|kunde",
        ),
        *reached,
        field("lead_source", _("Source"), "source|lead origin|origin|utm source|herkunft|quelle", PLACES),
        field("status", _("State"), "lead status|stage|lead stage|state", PLACES),
        field("owner", _("Owner"), "lead owner|assigned to|owner email|owner name|sales rep|zustandig|betreuer"),
        field("reason", _("Reason"), "unqualified reason|disqualification reason|lost reason|grund", WORDY),
        field(
            "came_at",
            _("Came in"),
            "created|created at|create date|created date|date|submitted at|received at|erstellt|erstellt am|eingang",
            DATES,
            by_values=True,
        ),
        field(
            "answered_at", _("First answer"), "first response|first contacted|first contact date|contacted at", DATES
        ),
        field("until", _("Kept warm until"), "follow up date|recall date|wiedervorlage", DATES),
        field("channel", _("Channel"), "channel type|medium|via|kanal", PLACES),
    )
