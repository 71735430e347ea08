"""Links by which somebody outside picks a free time, and what they booked."""

import secrets
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.calendars.models import Kind, Meeting
from rapport.customers.models import Member
from rapport.people.models import User
from rapport.sales.enquiry import LeadSource

LONGEST, MOST_BUFFER, MOST_NOTICE, FARTHEST = 8 * 60, 4 * 60, 30 * 24, 180
# Seconds in one range of numbers per host: until the year 2242.
OF_ONE_HOST = 2**33


def span_of(host_id: int, begin: datetime, end: datetime) -> tuple[int, int]:
    """The time of one host as whole numbers, so that the database can tell what overlaps without any extension."""
    first = host_id * OF_ONE_HOST
    return first + int(begin.timestamp()), first + int(end.timestamp())


class BookingLinkQuerySet(models.QuerySet["BookingLink"]):
    def visible_to(self, user: User) -> Self:
        """One's own; an administrator sees all."""
        return self if user.sees_all else self.filter(user=user)

    def open_to_guests(self) -> Self:
        return self.filter(active=True, user__is_active=True).select_related("user", "source")


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old))
class BookingLink(models.Model):
    """When somebody may be booked, for how long, and what becomes of it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="booking_links", verbose_name=_("with whom"))
    title = models.CharField(_("title"), max_length=200)
    slug = models.CharField(
        max_length=60, unique=True, default=secrets.token_urlsafe, help_text="What stands in its address."
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(LONGEST)]
    )
    buffer = models.PositiveSmallIntegerField(
        _("minutes free before and after"), default=0, validators=[MaxValueValidator(MOST_BUFFER)]
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours ahead at least"), default=24, validators=[MaxValueValidator(MOST_NOTICE)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("days ahead at most"), default=30, validators=[MinValueValidator(1), MaxValueValidator(FARTHEST)]
    )
    hours = models.JSONField(_("hours"), help_text="Seven lists, from Monday on, of [from, to] on the host's clock.")
    place = models.CharField(_("place, number or link"), max_length=400, blank=True)
    about = models.TextField(_("what it is about"), max_length=2_000, blank=True)
    source = models.ForeignKey(
        LeadSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("makes a lead of the source"),
    )
    active = models.BooleanField(_("open"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = BookingLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking link")
        verbose_name_plural = _("booking links")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(minutes__gte=5), name="each_booking_takes_time")]

    def __str__(self) -> str:
        return self.title


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> Self:
        """Those by one's own links; an administrator sees all."""
        return self if user.sees_all else self.filter(link__user=user)

    def whole(self) -> Self:
        return self.select_related("link__user", "meeting", "member")


class Booking(models.Model):
    """That somebody booked a time, in their own words, and what they were last told of it."""

    link = models.ForeignKey(BookingLink, models.PROTECT, related_name="bookings")
    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="booking")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="bookings")
    name = models.CharField(_("name"), max_length=200)
    email = models.CharField(_("e-mail"), max_length=400)
    words = models.TextField(_("question"), max_length=2_000, blank=True)
    zone = models.CharField(_("time zone"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    nonce = models.CharField(max_length=40, help_text="Makes it once, however often the form is sent.")
    key = models.CharField(max_length=60, default=secrets.token_urlsafe, help_text="What opens it to its guest.")
    span = BigIntegerRangeField(null=True, help_text="The time that it takes of its host; none when it is cancelled.")
    told = models.CharField(max_length=200, blank=True, help_text="How it stood when the guest was last written to.")
    at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints: ClassVar = [
            models.UniqueConstraint("link", "nonce", name="each_booking_once"),
            ExclusionConstraint(name="one_booking_at_a_time", expressions=[("span", RangeOperators.OVERLAPS)]),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.link_id}"
