"""Write to guest and host what became of a booking: through the gate, with an entry for the guest's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.bookings.as_invitation import as_invitation
from rapport.bookings.links import guest_address
from rapport.bookings.models import Booking, span_of
from rapport.bookings.offer import zone_of
from rapport.calendars.models import Meeting
from rapport.channels.models import MailAccount
from rapport.consent.purpose import SERVICE
from rapport.consent.sender import sender
from rapport.consent.write import Draft, write
from rapport.files.keep import Content
from rapport.ui.templatetags.ui import locale

CALENDAR = "text/calendar"


def tell(meeting_ids: list[int], *, at: datetime) -> int:
    """Write to the guests of these meetings whatever they do not know yet; how many mails that are."""
    ids = Booking.objects.filter(meeting__in=meeting_ids).order_by("pk").values_list("pk", flat=True)
    return sum(tell_guest(pk, at=at) for pk in ids)


@transaction.atomic
def tell_guest(booking_id: int, *, at: datetime) -> bool:
    booking = Booking.objects.select_for_update(of=("self",)).select_related("link__user", "meeting").get(pk=booking_id)
    now = state_of(booking.meeting)
    if booking.told == now:
        return False
    take_time(booking)
    fresh, booking.told = not booking.told, now
    booking.save(update_fields=["told"])
    if booking.meeting.held_at or booking.meeting.ends_at <= at:
        return False
    with translation.override(booking.language):
        draft = letter(booking, fresh=fresh)
    write(
        draft,
        account_of(booking),
        key=f"booking:{booking.pk}:{booking.meeting.sequence}",
        member=booking.member,
        by=None,
        due_at=at,
        at=at,
    )
    return True


def state_of(meeting: Meeting) -> str:
    """What a guest has to know of it."""
    gone = "cancelled" if meeting.cancelled_at else ""
    return f"{gone}|{meeting.starts_at.isoformat()}|{meeting.ends_at.isoformat()}|{meeting.place}"[:200]


def take_time(booking: Booking) -> None:
    """As much of the host's time as the meeting takes now; where we ourselves put two side by side, none."""
    meeting = booking.meeting
    booking.span = None if meeting.cancelled_at else span_of(booking.link.user_id, meeting.starts_at, meeting.ends_at)
    try:
        with transaction.atomic():
            booking.save(update_fields=["span"])
    except IntegrityError:
        booking.span = None
        booking.save(update_fields=["span"])


def account_of(booking: Booking) -> MailAccount | None:
    """The host's own, or else that from which Rapport writes."""
    own = MailAccount.objects.filter(user=booking.link.user, active=True).exclude(smtp_host="")
    return own.order_by("pk").first() or sender()


def when(moment: datetime, zone: ZoneInfo) -> str:
    """Day, hour and time zone in words."""
    local = moment.astimezone(zone)
    words = format_datetime(local, "EEEE, d MMMM y, HH:mm", locale=locale())
    return f"{words} ({zone.key.replace('_', ' ')})"


def subject_of(booking: Booking, *, fresh: bool) -> str:
    told = {"title": booking.link.title, "name": booking.link.user.name}
    if booking.meeting.cancelled_at:
        return _("Cancelled: %(title)s with %(name)s") % told
    if fresh:
        return _("Booked: %(title)s with %(name)s") % told
    return _("Changed: %(title)s with %(name)s") % told


def letter(booking: Booking, *, fresh: bool) -> Draft:
    meeting, link = booking.meeting, booking.link
    subject = subject_of(booking, fresh=fresh)
    lines = [
        pgettext("in a letter", "Hello %(name)s,") % {"name": booking.name},
        subject,
        when(meeting.starts_at, ZoneInfo(booking.zone)),
    ]
    lines += [meeting.place] if meeting.place else []
    text = "\n\n".join([*lines, *([link.about] if link.about and not meeting.cancelled_at else [])]) + "\n"
    ways = _("Move it or cancel it here:") + "\n" + guest_address(booking) + "\n"
    name = "invite.ics" if not meeting.cancelled_at else "cancelled.ics"
    invitation = Content(name, CALENDAR, as_invitation(booking))
    return Draft(
        to=(booking.email,),
        subject=subject,
        text=text,
        enclosed=(invitation,),
        purpose=SERVICE,
        # Whoever reads the mail here does not act for the guest.
        secret=text if meeting.cancelled_at else f"{text}\n{ways}",
    )


def tell_host(booking: Booking, what: str, *, at: datetime) -> None:
    """A line to the colleague who was booked; no calendar entry, which they have."""
    host = booking.link.user
    with translation.override(host.language):
        subjects = {
            "booked": _("%(name)s booked “%(title)s”"),
            "moved": _("%(name)s moved “%(title)s”"),
            "cancelled": _("%(name)s cancelled “%(title)s”"),
        }
        subject = subjects[what] % {"name": booking.name, "title": booking.link.title}
        parts = [when(booking.meeting.starts_at, zone_of(host)), f"{booking.name} <{booking.email}>", booking.words]
        draft = Draft((host.email,), subject, "\n\n".join(part for part in parts if part) + "\n", reader=host)
    sequence = Meeting.objects.values_list("sequence", flat=True).get(pk=booking.meeting_id)
    key = f"booking host:{booking.pk}:{what}:{sequence}"
    write(draft, sender(), key=key, member=None, by=None, due_at=at, at=at)
