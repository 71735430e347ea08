"""Migrations: which files came together, what each of them is, how they are linked, and the imports they became."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.imports.models import ImportRun, State
from rapport.people.access import team_work_of
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class What(models.TextChoices):
    """What a file holds, in the order in which files go in; the last ones do not."""

    OWNERS = "owners", _("Owners")
    COMPANIES = "companies", _("Companies")
    PEOPLE = "people", _("People")
    ACTIVITIES = "activities", _("Activities")
    TICKETS = "tickets", _("Tickets")
    ASSOCIATIONS = "associations", _("Links between records")
    DEALS = "deals", _("Deals")
    OTHER = "other", _("Nothing to take in")


# How the systems that are known by their files write themselves; of another nothing is known.
NAMES: "dict[str, StrOrPromise]" = {
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "crm": _("another CRM"),
}


class MigrationQuerySet(models.QuerySet["Migration"]):
    def visible_to(self, user: User) -> Self:
        """One's own and one's team's; an administrator sees all."""
        if user.sees_all:
            return self
        return self.filter(team_work_of(user, "by"))

    def newest_first(self) -> Self:
        return self.select_related("by").order_by("-created_at", "-pk")


class Migration(models.Model):
    """Files of one other system on their way in together. `owners` says which colleague each owner there is here."""

    source = models.CharField(_("source"), max_length=60, help_text="Whose ids they are: hubspot, salesforce, …")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    owners = models.JSONField(default=dict, help_text="By id or name there: name, email, and whom here (e-mail).")
    exact = models.BooleanField(default=True, help_text="Whether the rehearsal is to the row.")
    queued = models.BooleanField(default=True, help_text="Whether the queue goes on with it, or a command does.")
    trouble = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = MigrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("migration")

    def __str__(self) -> str:
        return str(NAMES.get(self.source, self.source))

    @property
    def busy(self) -> bool:
        return self.state in {State.RUNNING, State.REHEARSING, State.REVERTING}


class MigrationFile(models.Model):
    """One file: what it holds, and which of its columns hold ids of records in others."""

    migration = models.ForeignKey(Migration, models.CASCADE, related_name="files")
    place = models.PositiveIntegerField()
    name = models.CharField(_("file"), max_length=400)
    path = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64)
    what = models.CharField(_("what is in it"), max_length=20, choices=What.choices)
    shape = models.CharField(max_length=20, help_text="Whose columns it has: hubspot, salesforce, plain.")
    note = models.CharField(max_length=400, blank=True, help_text="Why nothing of it is taken in.")
    rows = models.BigIntegerField(default=0, help_text="How many rows it has, where no import counts them.")
    links = models.JSONField(default=list, help_text="Which columns link it to what.")
    owned = models.JSONField(default=dict, help_text="Rows with an owner: known and unknown ones.")

    class Meta:
        verbose_name = _("file of a migration")
        constraints: ClassVar = [models.UniqueConstraint("migration", "place", name="each_file_at_its_place")]

    def __str__(self) -> str:
        return self.name


class MigrationStep(models.Model):
    """An import that is part of a migration, and when its turn is."""

    migration = models.ForeignKey(Migration, models.CASCADE, related_name="steps", db_index=False)
    file = models.ForeignKey(MigrationFile, models.CASCADE, related_name="steps")
    run = models.OneToOneField(ImportRun, models.CASCADE, related_name="step")
    place = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("step of a migration")
        indexes: ClassVar = [models.Index(fields=["migration", "place"], name="steps_of_a_migration")]

    def __str__(self) -> str:
        return str(self.run)
