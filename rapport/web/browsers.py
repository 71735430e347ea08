"""Whose browser it is: known by a form that was sent in it, nobody's as soon as two people sent one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import ngettext

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers.models import Member
from rapport.timeline.receive import receive
from rapport.web.models import Beacon, Browser, Site, Visit

PAUSE = timedelta(minutes=30)
DAY = timedelta(days=1)
MOST_SEEN = 200
BATCH = 1_000
PAGE = "page"


@transaction.atomic
def recognise(visitor: str, member_id: int, *, at: datetime) -> None:
    """Its visits so far are this member's, unless somebody else was known in it: then only the one going on."""
    fold([visitor])
    browser, _fresh = Browser.objects.select_for_update().get_or_create(visitor=visitor, defaults={"last_at": at})
    visits = Visit.objects.filter(browser=browser, member=None)
    if browser.shared or belongs_to_another(browser, member_id):
        browser.shared, browser.member = True, None
        visits = Visit.objects.filter(pk__in=visits.filter(last_at__gt=at - PAUSE).order_by("-last_at")[:1])
    else:
        browser.member_id = member_id
    browser.save(update_fields=["shared", "member"])
    visits.update(member=member_id)
    put_on_timeline(at=at)


def belongs_to_another(browser: Browser, member_id: int) -> bool:
    """Two records of one customer are one person."""
    if browser.member_id is None:
        return False
    return len(set(Member.objects.filter(pk__in=[browser.member_id, member_id]).values_list("customer", flat=True))) > 1


@transaction.atomic
def fold(visitors: list[str] | None = None) -> int:
    """Make visits of what browsers sent; how many messages were folded."""
    waiting = Beacon.objects.order_by("visitor", "pk").select_for_update(skip_locked=True)
    beacons = list((waiting.filter(visitor__in=visitors) if visitors is not None else waiting)[:BATCH])
    for beacon in beacons:
        browser, fresh = Browser.objects.get_or_create(visitor=beacon.visitor, defaults={"last_at": beacon.at})
        if not fresh:
            Browser.objects.filter(pk=browser.pk).update(last_at=beacon.at)
        lay(beacon, browser)
    Beacon.objects.filter(pk__in=[one.pk for one in beacons]).delete()
    return len(beacons)


def lay(beacon: Beacon, browser: Browser) -> None:
    """Into the visit that is going on, or a new one; a visit stays whose it was when it began."""
    same = Visit.objects.filter(browser=browser, site=beacon.site_id, last_at__gt=beacon.at - PAUSE)
    visit = same.order_by("-last_at").first()
    if visit is None:
        visit = Visit(
            browser=browser, site_id=beacon.site_id, began_at=beacon.at, last_at=beacon.at, member=browser.member
        )
    visit.seen = [*visit.seen, *([*one[:3], beacon.at.isoformat()] for one in beacon.seen)][:MOST_SEEN]
    visit.last_at = max(visit.last_at, beacon.at)
    visit.save()


@transaction.atomic
def put_on_timeline(*, at: datetime) -> int:
    """A line for each visit whose person is known: at once when that became known, and once more when it ended."""
    ready = Visit.objects.exclude(member=None).exclude(seen=[]).select_related("site").select_for_update(of=("self",))
    fresh = ready.filter(told=0)
    ended = ready.filter(told__gt=0, last_at__range=(at - DAY, at - PAUSE))[:BATCH]
    visits = [*fresh[:BATCH], *(one for one in ended if one.told < len(one.seen))]
    if visits:
        receive([as_inbound(one) for one in visits], by=None, at=at)
    for one in visits:
        one.told = len(one.seen)
    Visit.objects.bulk_update(visits, ["told"])
    return len(visits)


def as_inbound(visit: Visit) -> Inbound:
    pages = sum(1 for one in visit.seen if one[0] == PAGE)
    minutes = int((visit.last_at - visit.began_at).total_seconds() // 60)
    told = ngettext("Looked at %(count)d page", "Looked at %(count)d pages", pages) % {"count": pages}
    names = [f"{name}: {title or path}" if name != PAGE else (title or path) for name, path, title, _at in visit.seen]
    return Inbound(
        source="web visit",
        external_id=f"visit:{visit.pk}",
        at=visit.began_at,
        channel=Channel.WEB,
        direction=Direction.INBOUND,
        kind="visit",
        parties=(Party(member_id=visit.member_id),),
        subject=f"{told}, {minutes} min" if minutes else told,
        text="\n".join(dict.fromkeys(names)),
        touchpoint=visit.site.name,
        data={"pages": pages},
    )


@transaction.atomic
def forget(site: Site, visitor: str) -> None:
    """Who takes their consent back is no longer recognised; what is nobody's yet goes at once."""
    Beacon.objects.filter(site=site, visitor=visitor).delete()
    for browser in Browser.objects.select_for_update().filter(visitor=visitor):
        browser.visits.filter(told=0).delete()
        browser.visits.update(seen=[])
        browser.visitor, browser.member = f"forgotten:{browser.pk}", None
        browser.save(update_fields=["visitor", "member"])
