"""What a customer asked of us: how to be addressed, by which channel, when, in which language; each word is kept."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.people.access import scopes_of
from rapport.people.models import User


class Topic(models.TextChoices):
    ADDRESS = "address", _("How to address them")
    CHANNEL = "channel", _("Contact them by")
    NOT_CHANNEL = "not by", _("Do not contact them by")
    TIME = "time", _("Best time")
    LANGUAGE = "language", _("Language to use")
    INTEREST = "interest", _("Interested in")
    OTHER = "other", _("Anything else")


# Of these a customer can have several at once; of the others the newest word replaces the one before.
SEVERAL = (Topic.CHANNEL, Topic.NOT_CHANNEL, Topic.INTEREST, Topic.OTHER)


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def visible_to(self, user: User) -> Self:
        known = self.filter(member__customer__trashed_at=None)
        if user.sees_all:
            return known
        return known.filter(member__scope_id__in=scopes_of(user))


class Preference(models.Model):
    """One word of a customer on one topic. Never changed: the next word on it, or one that takes it back, follows."""

    member = models.ForeignKey("customers.Member", models.PROTECT, related_name="preferences", db_index=False)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices)
    value = models.CharField(_("wish"), max_length=400)
    withdrawn = models.BooleanField(default=False, help_text="This word takes the wish back.")
    said_at = models.DateTimeField(_("said"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day on which it holds."))
    evidence = models.CharField(_("who said it, and where"), max_length=400, blank=True)
    source = models.CharField(max_length=100, help_text="By hand, or the source that said it.")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    written_at = models.DateTimeField(auto_now_add=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        indexes: ClassVar = [models.Index(fields=["member", "-said_at"], name="preferences_of_member")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(value=""), name="each_preference_says_something"),
            models.UniqueConstraint("member", "topic", "value", "said_at", name="each_word_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.value}"
