"""Views of lists: conditions, columns and order under a name, whose they are, and who else sees them."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import Team, User

LONGEST_STATE = 4_000


class Reach(models.TextChoices):
    """Who finds a view among theirs."""

    OWN = "own", _("Only me")
    TEAM = "team", _("My team")
    ALL = "all", _("Everybody")


class ViewQuerySet(models.QuerySet["View"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those shared with one's team or with everybody; an administrator sees all that are shared."""
        shared = Q(reach=Reach.ALL) | Q(reach=Reach.TEAM, team__in=user.teams_joined)
        if user.sees_all:
            shared = ~Q(reach=Reach.OWN)
        return self.filter(Q(owner=user) | shared)

    def living(self) -> Self:
        return self.filter(dropped_at=None)

    def by_name(self) -> Self:
        return self.select_related("owner", "team").order_by("name", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class View(models.Model):
    """A list as somebody wants to see it again. Its state is what the address of the list says behind the question mark."""

    listing = models.CharField(max_length=40, help_text="The list that it is a view of.")
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(max_length=LONGEST_STATE)
    reach = models.CharField(_("who sees it"), max_length=10, choices=Reach.choices, default=Reach.OWN)
    owner = models.ForeignKey(User, models.PROTECT, related_name="views", verbose_name=_("owner"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="views", verbose_name=_("team"))
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True)

    objects = ViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        indexes: ClassVar = [
            models.Index(fields=["listing", "name"], condition=Q(dropped_at=None), name="views_of_a_list"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "owner", "listing", "name", condition=Q(dropped_at=None), name="each_view_of_an_owner_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_changed_by(self, user: User) -> bool:
        """Its owner may change it, and what is shared an administrator, too."""
        return self.owner_id == user.pk or (self.reach != Reach.OWN and user.allows("lists.change_shared_view"))


class Start(models.Model):
    """That a user begins with a view when they open its list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="starts", db_index=False)
    listing = models.CharField(max_length=40)
    view = models.ForeignKey(View, models.CASCADE, related_name="starts")

    class Meta:
        verbose_name = _("view to begin with")
        constraints: ClassVar = [models.UniqueConstraint("user", "listing", name="each_list_begins_with_one_view")]

    def __str__(self) -> str:
        return f"{self.user_id} begins with {self.view_id}"
