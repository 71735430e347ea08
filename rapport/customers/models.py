"""People, companies and households: what we hold of each, from whom we have it, and how they hang together."""

from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.name_words import NameToken, NameUse, NameVariant  # noqa: F401 nouns of this room
from rapport.customers.preference import Preference  # noqa: F401 a noun of this room
from rapport.customers.trash import Trashed  # noqa: F401 a noun of this room
from rapport.people.access import ScopedQuerySet, scopes_of
from rapport.people.models import Scope, Team, User

BY_HAND = "by hand"
UNMERGED = models.Q(merged_into=None)
# Not merged into another one and not in the trash.
LIVING = UNMERGED & models.Q(trashed_at=None)
FURTHER = ~models.Q(extra={})


def tagged(tags: list[str]) -> models.Q:
    """Has all of ``tags``."""
    return models.Q(tags__contains=tags)


def holding(key: str, value: object) -> models.Q:
    """Has ``value`` in a field of the organisation's own; said so that the index of those who have any serves it."""
    return FURTHER & models.Q(extra__contains={key: value})


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")
    HOUSEHOLD = "household", _("Household")


class Strength(models.TextChoices):
    """What an identifier proves when it stands alone."""

    STRONG = "strong", _("Belongs to one customer")
    LINKING = "linking", _("Points to a customer once it is known whose it is")
    WEAK = "weak", _("Shared by many, proves nothing alone")


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    def visible_to(self, user: User) -> Self:
        """What lies in the trash is nobody's to see there; the trash has a page of its own."""
        return super().visible_to(user).filter(trashed_at=None)

    def seen_in_trash(self, user: User) -> Self:
        """Those of whom ``user`` may know that they are in the trash, and those that are not in it."""
        return super().visible_to(user)

    def living(self) -> Self:
        """Customers that are not merged into another and not in the trash."""
        return self.filter(LIVING)


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
    exclude=["sort_key", "fold_key", "lineage", "last_contact_at", "created_at", "trashed_at"],
)
class Customer(models.Model):
    """One record per customer. Its fields are the golden record: computed from what the sources say, never typed twice."""

    # By which of its columns the audit trail knows whom a row is about.
    HOME_COLUMN: ClassVar = "id"

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=400, help_text=_("As its owner writes it."))
    first_name = models.CharField(_("first name"), max_length=200, blank=True)
    last_name = models.CharField(_("last name"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=400, blank=True)
    postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    website = models.CharField(_("website"), max_length=400, blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("tags"))
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("team")
    )
    # Every index costs each import: the composite ones lead with the scope, and few customers are merged.
    scope = models.ForeignKey(Scope, models.PROTECT, default=Scope.EVERYONE, related_name="+", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    extra = models.JSONField(
        _("more"), default=dict, db_default={}, blank=True, help_text="Values of the organisation's own fields, by key."
    )
    lineage = models.JSONField(default=dict, help_text="field → [source record, why]; empty while there is one record")
    sort_key = models.CharField(max_length=400)
    fold_key = models.CharField(max_length=400)
    last_contact_at = models.DateTimeField(_("last contact"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    trashed_at = models.DateTimeField(null=True, help_text="`Trashed` says by whom.")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes: ClassVar = [
            models.Index(fields=["scope", "sort_key", "id"], condition=LIVING, name="customers_of_scope_by_name"),
            models.Index(fields=["sort_key", "id"], condition=LIVING, name="customers_by_name"),
            models.Index(
                "scope",
                models.F("last_contact_at").desc(nulls_last=True),
                models.F("id").desc(),
                condition=LIVING,
                name="customers_of_scope_by_contact",
            ),
            models.Index(
                models.F("last_contact_at").desc(nulls_last=True),
                models.F("id").desc(),
                condition=LIVING,
                name="customers_by_contact",
            ),
            models.Index(fields=["scope", "-created_at", "-id"], condition=LIVING, name="customers_of_scope_by_age"),
            models.Index(fields=["-created_at", "-id"], condition=LIVING, name="customers_by_age"),
            models.Index(fields=["fold_key"], name="customers_by_folded_name"),
            models.Index(fields=["merged_into"], condition=~UNMERGED, name="customers_merged"),
            models.Index(fields=["-trashed_at"], condition=~models.Q(trashed_at=None), name="customers_in_the_trash"),
            # As `__iexact` asks. Without the id, equal entries share one place.
            models.Index(Upper("city"), "scope", condition=LIVING, name="customers_of_city"),
            # Also of those without any: asked besides whether there are any, PostgreSQL expects far too few.
            GinIndex(fields=["tags"], condition=LIVING, name="customers_by_tag"),
            GinIndex(
                fields=["extra"], opclasses=["jsonb_path_ops"], condition=LIVING & FURTHER, name="customers_by_field"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, user: User) -> Self:
        known = self.filter(customer__trashed_at=None)
        if user.sees_all:
            return known
        return known.filter(scope_id__in=scopes_of(user))

    def in_trash(self) -> Self:
        return self.filter(customer__trashed_at__isnull=False)


class Member(models.Model):
    """A record that once came into being. What is observed of it keeps its id for ever; a merge moves only `customer`."""

    HOME_COLUMN: ClassVar = "home_id"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="members")
    home = models.ForeignKey(Customer, models.PROTECT, related_name="born", help_text="The customer it was born as.")
    scope_id = models.BigIntegerField(
        editable=False,
        help_text="Its customer's, repeated so that whose something is takes one look; the database alone writes it.",
    )
    last_contact_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")

    def __str__(self) -> str:
        return f"{self.pk} of {self.customer_id}"


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Identifier(models.Model):
    """One way to recognise or reach a customer."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        ACCOUNT = "account", _("Account number")
        EXTERNAL = "external", _("Record id in a source")
        COOKIE = "cookie", _("Browser")
        SOCIAL = "social", _("Social name")

    # The constraint that leads with it serves as its index, here and below.
    member = models.ForeignKey(Member, models.PROTECT, related_name="identifiers", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    namespace = models.CharField(
        max_length=100, blank=True, help_text="The source of a record id, the network of a name."
    )
    value = models.CharField(_("value"), max_length=400, help_text=_("As written."))
    key = models.CharField(max_length=400, help_text="Normalised; equal keys are the same identifier.")
    strength = models.CharField(max_length=10, choices=Strength.choices)
    label = models.CharField(_("label"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "kind",
                "namespace",
                "key",
                condition=~models.Q(strength=Strength.WEAK),
                name="each_proof_points_to_one_member",
            ),
            models.UniqueConstraint("member", "kind", "namespace", "key", name="each_identifier_once_a_member"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key", "kind", "namespace"], name="identifiers_by_key"),
            GinIndex(
                models.Func("key", function="rapport_trigrams", output_field=ArrayField(models.TextField())),
                name="identifiers_by_part",
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Source(models.Model):
    """Where records come from and how far we trust it when sources disagree."""

    name = models.CharField(max_length=100, unique=True)
    trust = models.PositiveSmallIntegerField(default=50, help_text=_("0 to 100; the higher wins."))

    class Meta:
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.name


class FieldRule(models.Model):
    """Which source wins for a field; without a rule: by hand, then most trusted, then most recent."""

    class Rule(models.TextChoices):
        TRUSTED = "trusted", _("By hand, then the most trusted source")
        RECENT = "recent", _("Whatever was said last, by hand or not")

    field = models.CharField(max_length=40, unique=True)
    rule = models.CharField(max_length=10, choices=Rule.choices)

    class Meta:
        verbose_name = _("field rule")

    def __str__(self) -> str:
        return f"{self.field}: {self.get_rule_display()}"


class SourceRecord(models.Model):
    """What one source says of one member, as it last said it; kept for ever."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="records")
    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=400)
    claims = models.JSONField(default=dict, help_text="golden field → value; an absent field says nothing")
    said_at = models.JSONField(default=dict, help_text="field → moment, where it differs from `seen_at`")
    raw = models.JSONField(default=dict, help_text="Everything the source sent, mapped or not.")
    guess = models.BooleanField(default=False, help_text="Made from an arrival; any source that knows better wins.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("source record")
        constraints: ClassVar = [
            models.UniqueConstraint("source", "external_id", name="each_record_of_a_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Address(models.Model):
    """A further address beside the one in the golden record."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="addresses")
    label = models.CharField(_("label"), max_length=100, blank=True)
    street = models.CharField(_("street"), max_length=400, blank=True)
    postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.city}".strip(), self.country) if part)


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Relationship(models.Model):
    """How one customer stands to another, read from `member` to `other`: Rui *works at* Aurora."""

    class Kind(models.TextChoices):
        WORKS_AT = "works at", _("works at")
        PART_OF = "part of", _("part of")
        REFERRED_BY = "referred by", _("referred by")
        FAMILY = "family", _("family of")
        HOUSEHOLD = "household", _("lives in the household")
        KNOWS = "knows", _("is acquainted with")

    member = models.ForeignKey(Member, models.PROTECT, related_name="relationships", db_index=False)
    other = models.ForeignKey(Member, models.PROTECT, related_name="related")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    role = models.CharField(_("role"), max_length=200, blank=True, help_text=_("Say, head of purchasing."))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Since when it is over."))

    class Meta:
        verbose_name = _("relationship")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "other", "kind", "until"], nulls_distinct=False, name="each_relationship_once"
            ),
            models.CheckConstraint(condition=~models.Q(member=models.F("other")), name="nobody_relates_to_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.other_id}"


class Figure(models.Model):
    """A number that a room computed about a customer; always with its moment."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="figures", db_index=False)
    name = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    unit = models.CharField(max_length=20, blank=True, help_text="A currency code, days, …")
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("figure")
        constraints: ClassVar = [
            models.UniqueConstraint("customer", "name", "unit", name="each_figure_once_a_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value} {self.unit}".strip()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Condition(models.Model):
    """A named state that a room published about a customer, since and until."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="conditions")
    name = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("condition")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "customer", "name", condition=models.Q(until=None), name="each_condition_open_once_a_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.name
