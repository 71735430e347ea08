"""Reminders in the browser: set on anything, put off, done."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from rapport.agenda.due import due_words
from rapport.agenda.models import Task
from rapport.calendars.models import Meeting
from rapport.customers.models import Customer
from rapport.lib.ids import number
from rapport.notices.forms import RemindForm
from rapport.notices.models import Reminder
from rapport.notices.read import WEEK, reminders_of
from rapport.notices.remind import About, close, main_customer, put_off, remind, reopen
from rapport.notices.when import QUICK
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.timeline.models import Interaction
from rapport.ui.toast import toast

YEARS = 520
NAMED = ("task", "meeting", "interaction", "customer")


@needs("notices.set_reminder")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """The form of a reminder about whatever the address names; a sheet over the page where it was asked for."""
    about = about_of(request)
    form = RemindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        due_at = form.cleaned_data["due_at"]
        made = remind(about, due_at=due_at, note=form.cleaned_data["note"], by=request.user, at=now)
        said = _("You are reminded %(when)s.") % {"when": due_words(due_at, now)}
        return told(request, made, said, undo=reverse("notices:close_reminder", args=[made.pk]))
    action = f"{reverse('notices:remind')}?{request.GET.urlencode()}"
    return asked(request, form, action, _("Remind me"), about.name)


def asked(request: SignedInRequest, form: RemindForm, action: str, title: str, about: str) -> HttpResponse:
    """The form: a sheet over a page, or a page of its own."""
    shown = {"form": form, "action": action, "title": title, "about": about, "quick": QUICK.items()}
    template = "notices/remind.html#form" if request.htmx else "notices/remind.html"
    return render(request, template, shown, status=422 if form.errors else 200)


def about_of(request: SignedInRequest) -> About:
    """What the address names, as far as the reader may see it."""
    user = request.user
    name, given = next(((name, number(request.GET[name])) for name in NAMED if name in request.GET), ("", 0))
    if name == "task":
        task = get_object_or_404(Task.objects.visible_to(user).select_related("member"), pk=given)
        return About(customer_of(user, task.member.customer_id if task.member else 0), task=task)
    if name == "meeting":
        return About(meeting=get_object_or_404(Meeting.objects.visible_to(user), pk=given))
    if name == "interaction":
        one = get_object_or_404(Interaction.objects.visible_to(user), pk=given)
        return About(customer_of(user, main_customer(one, reader=user)), interaction=one)
    if name == "customer":
        return About(get_object_or_404(Customer.objects.visible_to(user).living(), pk=given))
    return About()


def customer_of(user: User, customer_id: int) -> Customer | None:
    return Customer.objects.visible_to(user).living().filter(pk=customer_id).first()


@needs("notices.set_reminder")
@require_safe
def reminders(request: SignedInRequest) -> HttpResponse:
    """All that are open, also those far ahead."""
    lines = reminders_of(request.user, until=timezone.now() + YEARS * WEEK)
    template = "notices/reminders.html#lines" if request.htmx else "notices/reminders.html"
    return render(request, template, {"reminders": lines, "quick": QUICK.items(), "now": timezone.now()})


@needs("notices.set_reminder")
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: SignedInRequest, reminder_id: int) -> HttpResponse:
    """Put off: it comes back at another moment."""
    reminder = found_reminder(request, reminder_id)
    form = RemindForm(request.POST or None, initial={"note": reminder.note})
    if request.method == "POST" and form.is_valid():
        now, due_at = timezone.now(), form.cleaned_data["due_at"]
        put_off(reminder, due_at=due_at, note=form.cleaned_data["note"], at=now)
        return told(request, reminder, _("It comes back %(when)s.") % {"when": due_words(due_at, now)})
    return asked(request, form, reverse("notices:later", args=[reminder.pk]), _("Put off"), reminder.note)


@needs("notices.set_reminder")
@require_POST
def close_reminder(request: SignedInRequest, reminder_id: int) -> HttpResponse:
    reminder = found_reminder(request, reminder_id)
    close(reminder, at=timezone.now())
    return told(request, reminder, _("Reminder put away."), undo=reverse("notices:reopen_reminder", args=[reminder.pk]))


@needs("notices.set_reminder")
@require_POST
def reopen_reminder(request: SignedInRequest, reminder_id: int) -> HttpResponse:
    reminder = found_reminder(request, reminder_id)
    reopen(reminder, at=timezone.now())
    return told(request, reminder, _("The reminder is back."))


def found_reminder(request: SignedInRequest, reminder_id: int) -> Reminder:
    mine = Reminder.objects.visible_to(request.user).select_related("user", "member")
    return get_object_or_404(mine, pk=reminder_id)


def told(request: SignedInRequest, reminder: Reminder, text: str, undo: str = "") -> HttpResponse:
    """News for the page that asked; elsewhere the page of reminders, or the customer's."""
    response = back(request)
    if request.htmx and reminder.member:
        trigger_client_event(response, f"live:customer:{reminder.member.customer_id}")
    return toast(request, response, text, undo=undo)


def back(request: SignedInRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("notices:reminders")
    response = HttpResponse(status=204)
    for event in ("reminders:changed", "live:tasks", "sheet:close"):
        trigger_client_event(response, event)
    return response
