"""The bell and the page of notices; following a customer; how one wants to be told."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from rapport.consent.sender import sender
from rapport.customers.models import Customer, Member
from rapport.notices.choose import Rhythm, choose, ways_of
from rapport.notices.digest import digest_of
from rapport.notices.follow import follow, following, mute
from rapport.notices.forms import WishesForm
from rapport.notices.mark import mark_all, mark_read, mark_unread
from rapport.notices.models import Digest, Follow, Kind, Notice
from rapport.notices.read import Asked, newest, notices_page, place_of, unread
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.read import Cursor
from rapport.ui.origin import is_from
from rapport.ui.toast import toast

CHANGED = "notices:changed"


@needs("notices.view_notice")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    """Everything that was told, with words to look for."""
    given = request.GET
    asked = Asked(
        given.get("q", "").replace("\x00", "").strip()[:100],
        given.get("kind", ""),
        unread=given.get("show") == "unread",
        before=Cursor.parse(given.get("before", "")),
    )
    shown = {"page": notices_page(request.user, asked), "asked": asked, "kinds": Kind.choices}
    template = "notices/list.html#found" if request.htmx.target == "notices" else "notices/list.html"
    return render(request, template, shown)


@needs("notices.view_notice")
@require_safe
def bell(request: SignedInRequest) -> HttpResponse:
    """The bell of every page, with how many are unread."""
    return render(request, "ui/bell.html", {"count": unread(request.user), "fresh": reverse("notices:bell")})


@needs("notices.view_notice")
@require_safe
def newest_ones(request: SignedInRequest) -> HttpResponse:
    """What opens below the bell."""
    return render(request, "notices/newest.html", {"lines": newest(request.user)})


@needs("notices.view_notice")
@require_safe
def open_notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Lead to what a notice is about; from then on it is read."""
    notice = found_notice(request, notice_id)
    mark_read(Notice.objects.visible_to(request.user).filter(pk=notice.pk), at=timezone.now())
    return redirect(place_of(notice))


@needs("notices.view_notice")
@require_POST
def mark(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Read, or unread again."""
    notice = found_notice(request, notice_id)
    if notice.read_at:
        mark_unread(notice)
    else:
        mark_read(Notice.objects.visible_to(request.user).filter(pk=notice.pk), at=timezone.now())
    return back(request)


@needs("notices.view_notice")
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    mark_all(request.user, at=timezone.now())
    return back(request)


def back(request: SignedInRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("notices:list")
    return trigger_client_event(HttpResponse(status=204), CHANGED)


def found_notice(request: SignedInRequest, notice_id: int) -> Notice:
    return get_object_or_404(Notice.objects.visible_to(request.user).with_all(), pk=notice_id)


STEPS = {"follow": follow, "mute": mute}


@needs("notices.follow_customer")
@require_POST
def follow_customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Follow or mute a customer; whichever it is not."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    members = list(Member.objects.visible_to(request.user).filter(customer=customer).values_list("pk", flat=True))
    step = request.POST.get("step") or ("mute" if following(customer, members, reader=request.user).on else "follow")
    STEPS.get(step, follow)(customer, by=request.user, at=timezone.now())
    now = following(customer, members, reader=request.user)
    response: HttpResponse = redirect("customer", customer.pk)
    if is_from(request, reverse("customer", args=[customer.pk])):
        response = render(request, "notices/follow.html", {"following": now, "customer": customer, "piece": True})
    elif request.htmx:
        response = HttpResponse(status=204)
    said = _("You follow %(name)s.") if now.on else _("You hear nothing more of %(name)s.")
    return toast(request, response, said % {"name": customer.name})


@needs("notices.follow_customer")
@require_safe
def follows(request: SignedInRequest) -> HttpResponse:
    """Whom one follows or has muted by hand, and those one was mentioned at."""
    found = Follow.objects.visible_to(request.user).select_related("member__customer")
    return render(request, "notices/follows.html", {"follows": found.order_by("-since", "-pk")[:200]})


@needs("people.change_self")
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: SignedInRequest) -> HttpResponse:
    """How to be told: at the bell, by e-mail, or not."""
    user = request.user
    kept = Digest.objects.visible_to(user).first()
    initial = {kind.value: way.value for kind, way in ways_of(user).items()}
    if kept:
        initial |= {"every": kept.every, "hour": str(kept.hour), "weekday": str(kept.weekday)}
    form = WishesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        rhythm = Rhythm(given["every"], given["hour"], given["weekday"])
        choose(form.ways(), rhythm, by=user, at=timezone.now())
        return toast(request, redirect("notices:wishes"), _("Saved."))
    shown = {"form": form, "next": kept.next_at if kept else None, "account": sender()}
    return render(request, "notices/wishes.html", shown, status=422 if form.errors else 200)


@needs("people.change_self")
@require_safe
def preview(request: SignedInRequest) -> HttpResponse:
    """The digest as it would leave now."""
    letter = digest_of(request.user, at=timezone.now())
    return render(request, "notices/preview.html", {"letter": letter, "back": reverse("notices:wishes")})
