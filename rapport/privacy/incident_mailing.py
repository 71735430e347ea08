"""Letters to everybody whom an incident concerns: ordered once, written in the background, counted as they are."""

from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.incident import Incident, Notification


class Mailing(models.Model):
    """That these words go to everybody whom an incident concerns, as far as who ordered it may see them."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="mailings", db_index=False)
    account = models.ForeignKey(MailAccount, models.PROTECT, related_name="+")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), max_length=20_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0, help_text="The last person who was looked at.")
    written = models.PositiveIntegerField(_("written"), default=0)
    without = models.PositiveIntegerField(_("without an address"), default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("letters about an incident")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "incident", condition=models.Q(ended_at=None), name="one_mailing_of_an_incident_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def done(self) -> int:
        """How many persons were looked at."""
        return self.written + self.without

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


@transaction.atomic
def order(
    incident: Incident, account: MailAccount, draft: Notification, *, total: int, by: User, at: datetime
) -> Mailing:
    """In the words of now: whoever changes the draft later changes no letter. The one that is under way, where there is one."""
    Incident.objects.select_for_update().get(pk=incident.pk)
    known = incident.mailings.filter(ended_at=None).first()
    if known:
        return known
    made = incident.mailings.create(account=account, subject=draft.subject, text=draft.text, total=total, by=by, at=at)
    record(Fact.INCIDENT_LETTERS_ORDERED, [made.pk], by=by, at=at)
    return made
