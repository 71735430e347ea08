"""The customer as of any past day."""

from datetime import date, timedelta

from babel.dates import format_date
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.profile.past import Past, changed_on, past_of
from rapport.profile.past_forms import DayForm, end_of
from rapport.timeline.forms import FilterForm
from rapport.timeline.lines import days
from rapport.timeline.read import Cursor, Filters, timeline_of
from rapport.ui.templatetags.ui import locale

A_MONTH = timedelta(days=30)
SHOWN = 50


def in_full(day: date) -> str:
    return str(format_date(day, "long", locale=locale()))


@needs("customers.view_customer")
@require_safe
def past(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The page of a day; whoever lived in another record then is shown there."""
    today = timezone.localdate()
    form = DayForm(request.GET if "day" in request.GET else {"day": today - A_MONTH, "known": request.GET.get("known")})
    valid = form.is_valid()
    day = form.cleaned_data["day"] if valid else today
    found = past_of(customer_id, reader=request.user, at=end_of(day, now=timezone.now()))
    if found is None:
        raise Http404
    if found.customer_id != customer_id:
        return redirect(f"{reverse('profile:past', args=[found.customer_id])}?{request.GET.urlencode()}")
    shown = {
        "past": found,
        "form": form,
        "day": day,
        "day_words": in_full(day),
        "since_words": in_full(timezone.localdate(found.today.created_at)),
        "known": valid and form.cleaned_data["known"],
        "before": day - timedelta(days=1) if day.toordinal() > 1 else day,
        "after": day + timedelta(days=1) if day < today else None,
        "changed_on": changed_on(found.today, reader=request.user),
        "customer": found.today,
    }
    return render(
        request, "profile/past.html", {**shown, **line_of(request, found, shown)}, status=200 if valid else 422
    )


def line_of(request: SignedInRequest, found: Past, shown: dict[str, object]) -> dict[str, object]:
    """What had happened, a page of it."""
    if not request.user.allows("timeline.view_interaction"):
        return {"timeline": None}
    filters = Filters(until=found.at, received_by=found.at if shown["known"] else None)
    place = Cursor.parse(request.GET.get("before", ""))
    page = timeline_of(found.member_ids, reader=request.user, before=place, filters=filters, limit=SHOWN)
    older = ""
    if page.next:
        known = {"known": "on"} if shown["known"] else {}
        older = "?" + urlencode({"day": str(shown["day"]), **known, "before": str(page.next)})
    return {
        "timeline": {"days": days(page.entries), "form": FilterForm({})},
        "older": older,
        "paged": place is not None,
    }
