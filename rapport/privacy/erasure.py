"""An erasure: proposed by one, confirmed by another, done step by step, and what is left of it as proof."""

import json
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer
from rapport.lib.sealed import seal, unseal
from rapport.people.models import User
from rapport.privacy.request import Request
from rapport.privacy.retain_rule import RetainRun


class Erasing(models.Model):
    """How far it is: each step is done once, also when it is killed and started anew."""

    customer_ids = ArrayField(models.BigIntegerField(), default=list, help_text="The record and those merged into it.")
    member_ids = ArrayField(models.BigIntegerField(), default=list)
    sealed = models.BinaryField(default=b"", help_text="What is looked for, while it runs; empty afterwards.")
    done = ArrayField(models.CharField(max_length=120), default=list, help_text="The steps that are through.")
    report = models.JSONField(default=dict, help_text="Table → what was done to how many rows.")
    left = models.JSONField(default=list, help_text="What could not be reached, in words.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def plan(self) -> dict[str, Any]:
        """Whose rows and which values are looked for; nothing once it is done."""
        return dict(json.loads(unseal(bytes(self.sealed), key=settings.SECRET_KEY))) if self.sealed else {}

    @plan.setter
    def plan(self, plan: dict[str, Any]) -> None:
        self.sealed = seal(json.dumps(plan), key=settings.SECRET_KEY) if plan else b""


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, user: User) -> Self:
        """Those of requests that one may see."""
        return self.filter(request__in=Request.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.exclude(state=Erasure.State.DROPPED)


class Erasure(Erasing):
    """That a person is erased: the stone that stays, so that numbers add up and the proof is there."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        RUNNING = "running", _("Being done")
        DONE = "done", _("Done")
        BROKEN = "broken", _("Broken off")
        DROPPED = "dropped", _("Taken back")

    request = models.ForeignKey(Request, models.PROTECT, related_name="erasures")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="erasures")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=400, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")
        constraints: ClassVar = [
            models.UniqueConstraint("customer", condition=~Q(state="dropped"), name="each_person_is_erased_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.state}"


class Emptying(Erasing):
    """Customers whose time in the trash is over, a batch of them on their way out; `RetainRun` keeps the report."""

    run = models.ForeignKey(RetainRun, models.PROTECT, related_name="emptyings")
    began_at = models.DateTimeField()

    class Meta:
        verbose_name = _("emptying of the trash")
        verbose_name_plural = _("emptyings of the trash")

    def __str__(self) -> str:
        return f"{self.customer_ids}: {self.began_at}"
