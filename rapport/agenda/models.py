"""Tasks, and what a user looked at lately."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer, Member
from rapport.lists.models import View
from rapport.people.access import nobodys_or_seen, scopes_of
from rapport.people.models import User


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those about customers one may see; none about who is in the trash."""
        about = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(about.in_trash()))
        if user.sees_all:
            return known
        seen = models.Q(nobodys_or_seen(about, "pk", "scope_id", user), member__isnull=False)
        return known.filter(models.Q(assignee=user) | models.Q(created_by=user) | seen)

    def open(self) -> Self:
        return self.filter(done_at=None)

    def due(self, now: datetime) -> Self:
        return self.open().filter(due_at__lte=now)


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Task(models.Model):
    """Something somebody has to do, mostly for a customer, until it is done."""

    title = models.CharField(_("task"), max_length=400)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="tasks")
    assignee = models.ForeignKey(User, models.PROTECT, related_name="tasks", verbose_name=_("for"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    mentions = models.JSONField(
        default=list, db_default=[], help_text="Where the title speaks to colleagues: [beginning, end, user]."
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        indexes: ClassVar = [
            models.Index(fields=["assignee", "due_at"], condition=models.Q(done_at=None), name="open_tasks_of_a_user"),
            models.Index(models.F("due_at").desc(nulls_last=True), models.F("id").desc(), name="tasks_by_due_day"),
            models.Index(fields=["-created_at", "-id"], name="tasks_by_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Recent(models.Model):
    """That a user looked at a customer, and when last; bounded to the newest few."""

    KEPT = 30

    user = models.ForeignKey(User, models.CASCADE, related_name="recents", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("recently seen")
        constraints: ClassVar = [models.UniqueConstraint("user", "customer", name="each_recent_once")]
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="recents_of_a_user")]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.customer_id}"


class PinQuerySet(models.QuerySet["Pin"]):
    def visible_to(self, user: User) -> Self:
        """One's own; of customers those that one may still see."""
        mine = self.filter(user=user)
        if user.sees_all:
            return mine
        return mine.filter(models.Q(member=None) | models.Q(member__scope_id__in=scopes_of(user)))

    def at_hand(self) -> Self:
        """What stands at home and in the palette; views stand above their lists."""
        return self.filter(view=None)

    def in_order(self) -> Self:
        return self.select_related("member__customer").order_by("at", "pk")


class Pin(models.Model):
    """A customer, a page with its filters, or a view above its list, that a user keeps at hand; bounded to stay few."""

    MOST, MOST_VIEWS = 20, 8

    user = models.ForeignKey(User, models.CASCADE, related_name="at_hand", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    view = models.ForeignKey(View, models.CASCADE, null=True, related_name="pins")
    path = models.CharField(max_length=1000, blank=True, help_text="Of a page; empty for a customer.")
    title = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = PinQuerySet.as_manager()

    class Meta:
        verbose_name = _("pin")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("user", "member", "view", "path"), name="each_thing_at_hand_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.title or (f"view {self.view_id}" if self.view_id else f"customer {self.member_id}")
