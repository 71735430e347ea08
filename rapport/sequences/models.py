"""Sequences, their steps, who is in one, and what was done."""

from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.agenda.models import Task
from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.consent.purpose import Purpose
from rapport.customers.models import Member
from rapport.letters.models import Template
from rapport.people.access import nobodys_or_seen
from rapport.people.models import Scope, User
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead

MOST_DAYS = 365


class SequenceQuerySet(models.QuerySet["Sequence"]):
    def visible_to(self, user: User) -> Self:
        """Those of everyone and of one's team, as with templates."""
        return self if user.sees_all else self.filter(scope__in=Scope.objects.shared(user))

    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("name", "pk")


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old))
class Sequence(models.Model):
    """What is done one after the other, for which purpose, and in which hours of the one who starts it."""

    name = models.CharField(_("name"), max_length=200)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"))
    scope = models.ForeignKey(Scope, models.PROTECT, default=Scope.EVERYONE, related_name="+", verbose_name=_("for"))
    workdays = models.BooleanField(_("only from Monday to Friday"), default=True)
    from_hour = models.PositiveSmallIntegerField(_("from hour"), default=9, validators=[MaxValueValidator(23)])
    to_hour = models.PositiveSmallIntegerField(_("to hour"), default=17, validators=[MaxValueValidator(24)])
    beside = models.BooleanField(_("may run beside another one"), default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = SequenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sequence")
        verbose_name_plural = _("sequences")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(from_hour__lt=F("to_hour")), name="each_sequence_has_an_hour")
        ]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One step: so many days after the one before, a letter, a task or a call."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        TASK = "task", _("Task")
        CALL = "call", _("Call")

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="steps", db_index=False)
    place = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(_("days later"), default=0, validators=[MaxValueValidator(MOST_DAYS)])
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices, default=Kind.MAIL)
    template = models.ForeignKey(Template, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a sequence")
        verbose_name_plural = _("steps of sequences")
        constraints: ClassVar = [
            models.UniqueConstraint("sequence", "place", name="each_step_once"),
            models.CheckConstraint(
                condition=Q(kind="mail", template__isnull=False) | (~Q(kind="mail") & ~Q(title="")),
                name="each_step_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.template)


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: User) -> Self:
        """Those that one started, and those of customers one may see."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        return known.filter(Q(by=user) | Q(nobodys_or_seen(whose, "pk", "scope_id", user)))

    def running(self) -> Self:
        return self.filter(ended_at=None)


class Course(models.Model):
    """That somebody is taken through a sequence: up to where, when the next step is due, and why it ended."""

    class End(models.TextChoices):
        DONE = "done", _("Gone through")
        ANSWERED = "answered", _("They answered")
        MEETING = "meeting", _("A meeting was planned")
        CLOSED = "closed", _("The deal or lead is closed")
        REFUSED = "refused", _("A letter could not go")
        FIELDS = "fields", _("A field of a letter is empty")
        BY_HAND = "by hand", _("Stopped by hand")
        MERGED = "merged", _("Another one was running")
        GONE = "gone", _("The customer or the sender is gone")

    sequence = models.ForeignKey(Sequence, models.PROTECT, related_name="courses", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="courses")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="+")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, related_name="+")
    account = models.ForeignKey(MailAccount, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    alone = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=0, help_text="Of the step that comes next.")
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(_("ended because"), max_length=10, choices=End.choices, blank=True)
    said = models.CharField(max_length=400, blank=True, help_text="In the words of the gate or of the answer.")

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course of a sequence")
        verbose_name_plural = _("courses of sequences")
        constraints: ClassVar = [
            models.UniqueConstraint("member", condition=Q(ended_at=None, alone=True), name="one_sequence_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) ^ ~Q(end=""), name="each_end_of_a_course_has_a_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="courses_that_are_due"),
            models.Index(fields=["sequence", "-started_at"], name="courses_of_a_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.sequence_id}"


class Done(models.Model):
    """That a step was done for somebody, once."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="done", db_index=False)
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("step done")
        verbose_name_plural = _("steps done")
        constraints: ClassVar = [models.UniqueConstraint("course", "place", name="each_step_of_a_course_once")]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.place}"
