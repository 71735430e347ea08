"""Addresses that must not be written to, messages on their way out, and every decision about them."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.customers.models import Identifier, Member
from rapport.files.models import File
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.timeline.models import Interaction, circles_of


class Way(models.TextChoices):
    """By what one is reached."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class Cause(models.TextChoices):
    OBJECTED = "objected", _("They objected")
    BOUNCED = "bounced", _("Mail came back")
    COMPLAINT = "complaint", _("Reported as spam")
    BY_HAND = "by hand", _("Blocked by us")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers that ``user`` may see, of nobody known, and those one wrote oneself."""
        if user.sees_all:
            return self
        holders = Identifier.objects.filter(kind=OuterRef("way"), key=OuterRef("key"))
        seen = holders.filter(member__customer__scope__in=scopes_of(user))
        return self.filter(Q(by=user) | Exists(seen) | ~Exists(holders))

    def standing(self) -> Self:
        """Those that were not lifted."""
        return self.filter(lift=None)

    def newest_first(self) -> Self:
        return self.select_related("by", "lift", "lift__by").order_by("-since", "-pk")


class Suppression(models.Model):
    """That nothing more goes to an address, since when, on whose word, and why. It ends by a `Lift`, never by a change."""

    way = models.CharField(_("channel"), max_length=10, choices=Way.choices, default=Way.EMAIL)
    key = models.CharField(max_length=400, help_text="The address in its normal form.")
    value = models.CharField(_("address"), max_length=400)
    cause = models.CharField(_("reason"), max_length=10, choices=Cause.choices)
    evidence = models.CharField(_("evidence"), max_length=1000, help_text=_("Who said so, when and how."))
    since = models.DateTimeField(_("since"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        indexes: ClassVar = [models.Index(fields=["key", "way"], name="suppressions_of_an_address")]

    def __str__(self) -> str:
        return self.value


class Lift(models.Model):
    """That a suppression ended."""

    suppression = models.OneToOneField(Suppression, models.CASCADE, primary_key=True, related_name="lift")
    reason = models.CharField(_("reason"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("end of a suppression")

    def __str__(self) -> str:
        return self.reason


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Not sent")
    FAILED = "failed", _("Failed")
    DOUBT = "doubt", _("In doubt")
    RETURNED = "returned", _("Came back")
    DROPPED = "dropped", _("Taken back")


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those to customers that one may see; what a private interaction became stays private.

        What a personal account has not sent yet is its writer's and an administrator's; what goes to a colleague is that
        colleague's alone.
        """
        open_to = Q(interaction__circles=[]) | Q(interaction__circles__overlap=circles_of(user))
        theirs = self.filter(Q(reader=None) | Q(reader=user))
        if user.sees_all:
            return theirs.filter(Q(by=user) | Q(reader=user) | Q(interaction=None) | open_to)
        shared = Q(interaction=None, account__user=None) | open_to
        return theirs.filter(Q(reader=user) | Q(by=user) | Q(shared, member__customer__scope__in=scopes_of(user)))

    def newest_first(self) -> Self:
        return self.select_related("by", "account").order_by("-created_at", "-pk")


class Message(models.Model):
    """Something that is to leave: written once, sent under one Message-ID, with what became of it."""

    key = models.CharField(max_length=200, unique=True, help_text="What makes sending the same form twice one message.")
    account = models.ForeignKey(MailAccount, models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="messages")
    reader = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", help_text="The colleague it goes to, if not to a customer."
    )
    to = ArrayField(models.CharField(max_length=400))
    cc = ArrayField(models.CharField(max_length=400), default=list)
    message_id = models.CharField(max_length=400, unique=True)
    references = ArrayField(models.CharField(max_length=400), default=list)
    subject = models.CharField(_("subject"), max_length=1000)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=400, blank=True, help_text="In the words of the server or of the evidence.")
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(_("leaves"))
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="When somebody saw what became of it and put it away.")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    interaction = models.OneToOneField(Interaction, models.PROTECT, null=True, related_name="message")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="messages_to_send"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def recipients(self) -> list[str]:
        return list(dict.fromkeys([*self.to, *self.cc]))


class Enclosure(models.Model):
    """That a file goes with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="enclosures")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("enclosure")

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """Whether a message could go at a moment, and why."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    allowed = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=400, blank=True)
    suppression = models.ForeignKey(Suppression, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("decision")

    def __str__(self) -> str:
        return f"{self.allowed} {self.reason}"


class Return(models.Model):
    """That a server reported about a message of ours: it came back, is delayed, or was called spam."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="returns", db_index=False)
    address = models.CharField(max_length=400)
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("report")
        constraints: ClassVar = [models.UniqueConstraint("message", "address", "kind", name="each_report_once")]

    def __str__(self) -> str:
        return f"{self.address} {self.kind}"
