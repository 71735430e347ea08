"""Addresses that must not be written to, messages on their way out, and every decision about them."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.consent.ledger import Consent
from rapport.consent.policy import Policy, PolicyExample, PolicyRule  # noqa: F401 nouns of this room
from rapport.consent.purpose import Purpose, Wording  # noqa: F401 nouns of this room
from rapport.consent.ways import CHANNELS, Way
from rapport.customers.models import Identifier, Member
from rapport.files.models import File
from rapport.lib.sealed import unseal
from rapport.people.access import nobodys_or_seen, scopes_of
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, Interaction, circles_of


class Cause(models.TextChoices):
    OBJECTED = "objected", _("They objected")
    BOUNCED = "bounced", _("Mail came back")
    COMPLAINT = "complaint", _("Reported as spam")
    BY_HAND = "by hand", _("Blocked by us")
    ERASED = "erased", _("Erased at their request")


class Extent(models.TextChoices):
    """What it stands against."""

    EVERYTHING = "everything", _("Everything")
    ADVERTISING = "advertising", _("Advertising only")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers that ``user`` may see, of nobody known, and those one wrote oneself."""
        if user.sees_all:
            return self
        holders = Identifier.objects.filter(kind=OuterRef("way"), key=OuterRef("key"))
        of_address = Q(nobodys_or_seen(holders, "key", "member__scope_id", user), member=None)
        return self.filter(Q(by=user) | of_address | Q(member__scope_id__in=scopes_of(user)))

    def standing(self) -> Self:
        """Those that were not lifted."""
        return self.filter(lift=None)

    def newest_first(self) -> Self:
        return self.select_related("by", "lift", "lift__by").order_by("-since", "-pk")


class Suppression(models.Model):
    """That nothing more goes to an address, since when, on whose word, and why. It ends by a `Lift`, never by a change.

    One with a member is a person's: it holds for every address that whoever the member belongs to has, now and later.
    """

    SEALED: ClassVar = True

    way = models.CharField(_("channel"), max_length=10, choices=Way.choices, default=Way.EMAIL, blank=True)
    key = models.CharField(max_length=400, blank=True, help_text="The address in its normal form; empty for a person.")
    value = models.CharField(_("address"), max_length=400)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="suppressions", db_index=False)
    extent = models.CharField(
        _("stands against"), max_length=12, choices=Extent.choices, default=Extent.EVERYTHING, db_default="everything"
    )
    cause = models.CharField(_("reason"), max_length=10, choices=Cause.choices)
    evidence = models.CharField(_("evidence"), max_length=1000, help_text=_("Who said so, when and how."))
    since = models.DateTimeField(_("since"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        indexes: ClassVar = [
            models.Index(fields=["key", "way"], name="suppressions_of_an_address"),
            models.Index(fields=["member"], condition=~Q(member=None), name="suppressions_of_a_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(member=None) ^ Q(key=""), name="each_suppression_of_one_or_the_other")
        ]

    def __str__(self) -> str:
        return self.value


class Lift(models.Model):
    """That a suppression ended."""

    SEALED: ClassVar = True

    # A number of its own: what ends last is sealed last, whenever what it ends began.
    id = models.BigAutoField(primary_key=True)
    suppression = models.OneToOneField(Suppression, models.CASCADE, related_name="lift")
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
    # It lies in the spool; its driver says later what became of it.
    LAID = "laid", _("With its driver")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Not sent")
    FAILED = "failed", _("Failed")
    DOUBT = "doubt", _("In doubt")
    RETURNED = "returned", _("Came back")
    DROPPED = "dropped", _("Taken back")


# What left, or may have.
LEFT = ("sent", "laid", "doubt", "returned")


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
        return theirs.filter(Q(reader=user) | Q(by=user) | Q(shared, member__scope_id__in=scopes_of(user)))

    def newest_first(self) -> Self:
        return self.select_related("by", "account", "purpose").order_by("-created_at", "-pk")


class Message(models.Model):
    """Something that is to leave: written once, sent under one Message-ID, with what became of it."""

    key = models.CharField(max_length=200, unique=True, help_text="What makes sending the same form twice one message.")
    channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNELS, default=ChannelChoice.EMAIL, db_default="email"
    )
    account = models.ForeignKey(MailAccount, models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="messages")
    reader = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", help_text="The colleague it goes to, if not to a customer."
    )
    purpose = models.ForeignKey(
        Purpose, models.PROTECT, null=True, related_name="+", help_text="None for mail to a colleague."
    )
    to = ArrayField(models.CharField(max_length=400))
    cc = ArrayField(models.CharField(max_length=400), default=list)
    message_id = models.CharField(max_length=400, unique=True)
    references = ArrayField(models.CharField(max_length=400), default=list)
    subject = models.CharField(_("subject"), max_length=1000)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    sealed = models.BinaryField(
        null=True, help_text="The words instead of the text, where they must not be kept; empty once they need not."
    )
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
            models.Index(
                fields=["member", "begun_at"],
                condition=Q(state__in=LEFT),
                name="messages_that_left",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def recipients(self) -> list[str]:
        return list(dict.fromkeys([*self.to, *self.cc]))

    @property
    def words(self) -> str:
        """What is to be read in it. Raises SealError when another installation's key sealed it."""
        return unseal(bytes(self.sealed), key=settings.SECRET_KEY) if self.sealed else self.text

    @property
    def is_gone(self) -> bool:
        """Whether its words were not kept, so that it can't leave once more."""
        return self.sealed is not None and not self.sealed

    def forget(self) -> None:
        """Once it can't leave any more by itself, what was sealed is needed no longer."""
        if self.sealed is not None and self.state not in {State.WAITING, State.SENDING}:
            self.sealed = b""


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
    """Whether a message could go to an address at a moment, why, and on what that rests."""

    # Not what it rests on, which may go.
    SEALED: ClassVar = ("id", "message", "address", "at", "allowed", "reason", "said", "until")

    message = models.ForeignKey(Message, models.CASCADE, related_name="decisions")
    address = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    allowed = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=400, blank=True)
    suppression = models.ForeignKey(Suppression, models.SET_NULL, null=True, related_name="+")
    consent = models.ForeignKey(Consent, models.SET_NULL, null=True, related_name="+", db_index=False)
    rule = models.ForeignKey(PolicyRule, models.SET_NULL, null=True, related_name="+", db_index=False)
    until = models.DateTimeField(null=True, help_text="Until when it waits.")

    class Meta:
        verbose_name = _("decision")
        indexes: ClassVar = [
            models.Index(fields=["consent"], condition=~Q(consent=None), name="decisions_by_a_consent"),
            models.Index(fields=["rule"], condition=~Q(rule=None), name="decisions_by_a_rule"),
        ]

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
