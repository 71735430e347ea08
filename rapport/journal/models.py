"""The journal: what became true, for which records, when and by whom."""

from collections.abc import Iterator
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.journal.change import Change  # noqa: F401 a noun of this room
from rapport.people.models import User


class Fact(models.TextChoices):
    """Everything that can become true here; the list is the glossary of the journal."""

    CUSTOMERS_CREATED = "customers created", _("Customers created")
    CUSTOMERS_CHANGED = "customers changed", _("Customers changed")
    CUSTOMERS_MERGED = "customers merged", _("Customers merged")
    CUSTOMERS_PARTED = "customers parted", _("Merge undone")
    CUSTOMERS_RESTORED = "customers restored", _("Customers as before an import")
    CUSTOMERS_DISCARDED = "customers discarded", _("Customers put into the trash")
    CUSTOMERS_RETURNED = "customers returned", _("Customers back from the trash")
    SWEEP_STARTED = "sweep started", _("Comparison of all customers started")
    INTERACTIONS_RECEIVED = "interactions received", _("Interactions received")
    INTERACTIONS_CORRECTED = "interactions corrected", _("Interactions corrected by their source")
    INTERACTIONS_ASSIGNED = "interactions assigned", _("Interactions assigned to a customer")
    ORDERS_RECORDED = "orders recorded", _("Orders recorded")
    ORDERS_FULFILLED = "orders fulfilled", _("Orders delivered, invoiced or paid")
    DEALS_CHANGED = "deals changed", _("Deals opened, moved or changed")
    QUOTES_CHANGED = "quotes changed", _("Quotes written, approved, sent or answered")
    HANDOVERS_CHANGED = "handovers changed", _("Hand-overs begun, sent, taken, accepted or sent back")
    HANDOVER_PLANS_CHANGED = "handover plans changed", _("Plans of hand-overs changed")
    PRODUCTS_CHANGED = "products changed", _("Products or taxes changed")
    PRICES_CHANGED = "prices changed", _("Prices changed")
    PLANS_CHANGED = "plans changed", _("Account plans changed")
    COMPETITORS_CHANGED = "competitors changed", _("Competitors written down or changed")
    LEADS_CHANGED = "leads changed", _("Leads came in, taken or settled")
    LEAD_ROUTES_CHANGED = "lead routes changed", _("Sources and routes of leads changed")
    PIPELINES_CHANGED = "pipelines changed", _("Pipelines shaped")
    TASKS_CHANGED = "tasks changed", _("Tasks changed")
    MEETINGS_CHANGED = "meetings changed", _("Meetings changed")
    SEQUENCES_CHANGED = "sequences changed", _("Sequences started, stopped or gone through")
    CALENDAR_READING_STARTED = "calendar reading started", _("Reading of a calendar started")
    CALLS_CHANGED = "calls changed", _("Calls changed")
    IMPORT_STARTED = "import started", _("Import started")
    IMPORT_ENDED = "import ended", _("Import ended")
    IMPORT_REVERTED = "import reverted", _("Import taken back")
    MIGRATION_STARTED = "migration started", _("Migration started")
    MIGRATION_ENDED = "migration ended", _("Migration ended or taken back")
    MAIL_FILE_STARTED = "mail file started", _("Mail file started")
    MAIL_FILE_ENDED = "mail file ended", _("Mail file ended")
    WEB_REQUESTS_ARRIVED = "web requests arrived", _("Web requests arrived")
    MESSAGES_WRITTEN = "messages written", _("Messages waiting to leave")
    MESSAGES_LAID = "messages laid", _("Messages handed to a driver")
    MESSAGES_SENT = "messages sent", _("Messages sent")
    MESSAGES_STOPPED = "messages stopped", _("Messages refused, failed, in doubt or taken back")
    SUPPRESSIONS_CHANGED = "suppressions changed", _("Suppressions changed")
    CONSENTS_CHANGED = "consents changed", _("Consents said or taken back")
    POLICY_APPROVED = "policy approved", _("Contact policy approved")
    NOTICES_ARRIVED = "notices arrived", _("Colleagues told of something")
    REMINDERS_CHANGED = "reminders changed", _("Reminders set, put off or done")
    REMINDERS_RUNG = "reminders rung", _("Reminders due")
    BULK_STARTED = "bulk started", _("Bulk change started")
    BULK_ENDED = "bulk ended", _("Bulk change ended")
    RULES_ACTED = "rules acted", _("A rule told colleagues of something")
    RULES_STOPPED = "rules stopped", _("Rules stopped by themselves")
    REQUESTS_CHANGED = "privacy requests changed", _("Requests of people received, worked on or answered")
    TRAIL_CHECK_ASKED = "trail check asked", _("Check of the audit trail asked for")
    ROWS_FORGOTTEN = "rows forgotten", _("Forgotten in the audit trail")
    INCIDENT_LETTERS_ORDERED = "incident letters ordered", _("Letters about an incident ordered")
    PACKS_ORDERED = "packs ordered", _("Pack of a person's data ordered")
    ERASURES_CONFIRMED = "erasures confirmed", _("Erasure of a person confirmed")
    PERSONS_ERASED = "persons erased", _("A person erased")
    RETENTION_ORDERED = "retention ordered", _("What is old let go at once")
    WORK_HANDED_OVER = "work handed over", _("Somebody's work handed over")
    TERRITORIES_CHANGED = "territories changed", _("Territories changed")
    LOOKING_BEGUN = "looking begun", _("Pages seen as somebody else")
    LOOKING_ENDED = "looking ended", _("Pages no longer seen as somebody else")
    DEMO_FILLED = "demo filled", _("Demo company filled")
    DEMO_EMPTIED = "demo emptied", _("Demo company emptied")


class Event(models.Model):
    """One fact about a set of records, written in the transaction that made it true."""

    SEALED: ClassVar = True

    # Without choices: a new fact then asks for no migration.
    kind = models.CharField(max_length=40)
    subject_ids = ArrayField(models.BigIntegerField())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        indexes: ClassVar = [models.Index(fields=["kind", "-at"], name="events_of_a_kind")]

    def __str__(self) -> str:
        return f"{Fact(self.kind).label} ({len(self.subject_ids)})"

    def batches(self, of: int) -> Iterator[list[int]]:
        """The ids in pieces of at most ``of``."""
        for start in range(0, len(self.subject_ids), of):
            yield self.subject_ids[start : start + of]
