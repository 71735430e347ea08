"""Interactions and who took part in them; append-only, with running tallies kept beside them."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen
from rapport.people.models import Brand, Team, User


class ChannelChoice(models.TextChoices):
    """In the words of the signs that stand for them."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    SMS = "sms", _("Text message")
    POST = "post", _("Post")
    VISIT = "visit", _("Visit")
    WEB = "web", _("Web")
    SOCIAL = "social", _("Social media")
    PORTAL = "portal", _("Portal")
    STORE = "store", _("Store")
    SYSTEM = "system", _("System")


class DirectionChoice(models.TextChoices):
    INBOUND = "inbound", _("From the customer")
    OUTBOUND = "outbound", _("From us")
    INTERNAL = "internal", _("Among us")


class Circle(models.Model):
    """Those who may see the words of something that is not for everybody who sees the customer."""

    class Kind(models.TextChoices):
        TEAM = "team", _("The team")
        STEER = "steer", _("The owner, their managers and administrators")
        OWNER = "owner", _("Only the owner")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    keeper = models.ForeignKey(User, models.PROTECT, null=True, related_name="circles", help_text="Whose it is.")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", help_text="Of a shared mailbox.")

    objects: ClassVar[models.Manager["Circle"]] = models.Manager()

    class Meta:
        verbose_name = _("circle")
        constraints: ClassVar = [
            models.UniqueConstraint("kind", "keeper", "team", name="each_circle_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.keeper or self.team}"


def circles_of(user: User) -> list[int]:
    """The ids of the circles that ``user`` is in, in order; asked once per user object, team and role."""
    known: dict[object, list[int]] = user.__dict__.setdefault("circles_known", {})
    place = user.standing
    if place not in known:
        inside = models.Q(keeper=user)
        if user.sees_all:
            inside |= ~models.Q(kind=Circle.Kind.OWNER)
        else:
            steered, own = user.oversees, [user.team_id] if user.team_id else []
            inside |= within([*own, *steered], Circle.Kind.TEAM) | within(steered, Circle.Kind.STEER)
        known[place] = list(Circle.objects.filter(inside).order_by("pk").values_list("pk", flat=True))
    return known[place]


def within(team_ids: Iterable[int], kind: str) -> models.Q:
    """The circles of this kind around these teams and the people in them."""
    return models.Q(kind=kind) & (models.Q(keeper__team__in=team_ids) | models.Q(team__in=team_ids))


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, user: User) -> Self:
        """Interactions of customers that ``user`` may see; those of nobody yet belong to everyone who may see any.

        What is private is seen by those in one of its circles only, whatever their role; what is of somebody in the
        trash by nobody.
        """
        seats = Participation.objects.filter(interaction=models.OuterRef("pk"))
        gone = seats.filter(main=True, member__customer__trashed_at__isnull=False)
        open_to = self.filter(models.Q(circles=[]) | models.Q(circles__overlap=circles_of(user)), ~models.Exists(gone))
        if user.sees_all:
            return open_to
        theirs = Participation.objects.filter(interaction=models.OuterRef("pk"), member__isnull=False)
        return open_to.filter(nobodys_or_seen(theirs, "interaction", "member__scope_id", user))

    def unassigned(self) -> Self:
        """Interactions that nobody knows the customer of."""
        return self.filter(unassigned=True)


class Interaction(models.Model):
    """Whatever passes between a customer and us, on any channel."""

    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    direction = models.CharField(_("direction"), max_length=10, choices=DirectionChoice.choices)
    kind = models.CharField(_("kind"), max_length=60)
    at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(_("source"), max_length=100)
    subject = models.CharField(_("subject"), max_length=1000, blank=True)
    text = models.TextField(_("text"), blank=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+", db_index=False)
    touchpoint = models.CharField(_("touchpoint"), max_length=200, blank=True)
    data = models.JSONField(default=dict)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    unassigned = models.BooleanField(default=False)
    circles = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        help_text="Who may see its words; none: everybody who sees the customer.",
    )

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], condition=models.Q(unassigned=True), name="interactions_unassigned"),
            models.Index(fields=["-at", "-id"], name="timeline_by_moment"),
        ]

    def __str__(self) -> str:
        return self.subject or self.text[:60] or self.kind


class Superseded(models.Model):
    """What an interaction said before its source corrected it."""

    interaction = models.ForeignKey(Interaction, models.PROTECT, related_name="superseded")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier version")
        constraints: ClassVar = [models.UniqueConstraint("interaction", "version", name="each_version_once")]

    def __str__(self) -> str:
        return f"{self.interaction_id} v{self.version}"


class Receipt(models.Model):
    """That something arrived from a source under a key; makes it once."""

    interaction = models.OneToOneField(Interaction, models.PROTECT, primary_key=True, related_name="receipt")
    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=400)
    content = models.BinaryField(max_length=16, help_text="Digest of what arrived, to tell a correction from a repeat.")

    class Meta:
        verbose_name = _("receipt")
        constraints: ClassVar = [models.UniqueConstraint("source", "external_id", name="each_receipt_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class Participation(models.Model):
    """That somebody took part in an interaction, in a role, recognised by an identifier."""

    interaction = models.ForeignKey(Interaction, models.PROTECT, related_name="participations")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="participations", db_index=False)
    role = models.CharField(max_length=20)
    main = models.BooleanField(default=False, help_text="The one customer that the interaction is about.")
    clue_kind = models.CharField(max_length=10, blank=True)
    clue_value = models.CharField(max_length=400, blank=True, help_text="The identifier as it arrived.")
    at = models.DateTimeField(help_text="The interaction's moment, repeated so that one index reads a timeline.")

    class Meta:
        verbose_name = _("participation")
        indexes: ClassVar = [
            models.Index(fields=["member", "-at", "-interaction"], name="timeline_of_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.clue_value}"


class Tally(models.Model):
    """How often and when last a member was in contact, per channel and direction."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="tallies", db_index=False)
    channel = models.CharField(max_length=10, choices=ChannelChoice.choices)
    direction = models.CharField(max_length=10, choices=DirectionChoice.choices)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_interaction_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("tally")
        constraints: ClassVar = [models.UniqueConstraint("member", "channel", "direction", name="each_tally_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.channel} {self.direction}: {self.count}"


class Spend(models.Model):
    """What a member spent in one currency, over all interactions with an amount."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="spends", db_index=False)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=20, decimal_places=4)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("spend")
        constraints: ClassVar = [models.UniqueConstraint("member", "currency", name="each_spend_once")]

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"
