"""Our web sites, the forms on them and what was sent, and visits of browsers whose users agreed."""

import secrets
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Wording
from rapport.consent.ways import CHANNELS
from rapport.customers.models import Member
from rapport.people.models import User
from rapport.timeline.models import Interaction


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("web.change_form") else self.none()


class Site(models.Model):
    """A web site of ours: from which origins its pages may send, and whether visits are kept."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    key = models.CharField(
        max_length=60, unique=True, default=secrets.token_urlsafe, help_text="Public: it stands in its pages."
    )
    origins = ArrayField(models.CharField(max_length=300), verbose_name=_("origins"))
    tracking = models.BooleanField(_("keep visits of those who agree"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("web site")
        verbose_name_plural = _("web sites")

    def __str__(self) -> str:
        return self.name


class WebFormQuerySet(models.QuerySet["WebForm"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("web.change_form") else self.none()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class WebForm(models.Model):
    """A form for the public: what it asks, which consent it words, whom it tells."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="forms", verbose_name=_("web site"))
    key = models.CharField(
        max_length=60, unique=True, default=secrets.token_urlsafe, help_text="Public: it stands in pages."
    )
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, default="en")
    asked = models.JSONField(default=dict, help_text="field → whether it must be filled in")
    questions = models.JSONField(default=list, help_text="Further questions, in their order.")
    consent = models.TextField(_("wording of the consent"), blank=True)
    consent_version = models.PositiveIntegerField(default=1)
    thanks = models.TextField(_("thanks"), blank=True)
    onward = models.CharField(_("page after sending"), max_length=1000, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who gets a task"))
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WebFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")

    def __str__(self) -> str:
        return self.title


class Agreement(models.Model):
    """That a form lets people agree to a purpose, in these words and by this channel."""

    form = models.ForeignKey(WebForm, models.CASCADE, related_name="agreements", db_index=False)
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    position = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("box to agree")
        constraints: ClassVar = [models.UniqueConstraint("form", "wording", "channel", name="each_box_of_a_form_once")]

    def __str__(self) -> str:
        return f"{self.wording_id} {self.channel}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("web.change_form") else self.none()


class Submission(models.Model):
    """What somebody sent by a form, and what became of it."""

    class State(models.TextChoices):
        TAKEN = "taken", _("Taken in")
        SPAM = "spam", _("Held back as spam")

    form = models.ForeignKey(WebForm, models.CASCADE, related_name="submissions", db_index=False)
    nonce = models.CharField(max_length=60, help_text="Of the form that was shown: each is sent once.")
    at = models.DateTimeField()
    said = models.JSONField(default=list, help_text="[label, value] in the order of the form")
    consent = models.JSONField(default=dict, help_text="The wording, its version, and whether it was ticked.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.TAKEN)
    why = models.CharField(max_length=300, blank=True)
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints: ClassVar = [models.UniqueConstraint("form", "nonce", name="each_form_sent_once")]
        indexes: ClassVar = [models.Index(fields=["form", "-id"], name="submissions_of_a_form")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.at:%Y-%m-%d}"


class Browser(models.Model):
    """A browser that agreed to be recognised. Two people who identified themselves in it make it nobody's."""

    visitor = models.CharField(max_length=40, unique=True, help_text="Random, made by the browser.")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="browsers")
    shared = models.BooleanField(default=False)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("browser")

    def __str__(self) -> str:
        return f"{self.pk}"


class Visit(models.Model):
    """What was looked at in one go; on the timeline once it is known by whom."""

    browser = models.ForeignKey(Browser, models.CASCADE, related_name="visits")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen = models.JSONField(default=list, help_text="[name, path, title, moment] of each page and event")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    told = models.PositiveIntegerField(default=0, help_text="How much of it stands on the timeline.")

    class Meta:
        verbose_name = _("visit")
        indexes: ClassVar = [models.Index(fields=["browser", "-last_at"], name="visits_of_a_browser")]

    def __str__(self) -> str:
        return f"{self.browser_id} {self.began_at:%Y-%m-%d %H:%M}"


class Beacon(models.Model):
    """What a browser sent, until a job folds it into a visit."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    visitor = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen = models.JSONField()

    class Meta:
        verbose_name = _("beacon")

    def __str__(self) -> str:
        return f"{self.pk}"
