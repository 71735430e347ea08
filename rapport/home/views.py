"""My day: what waits for me, what is new, what I saw last."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.look_at import seen_last
from rapport.agenda.models import Pin, Task
from rapport.agenda.reopen_task import reopen_task
from rapport.calendars.planned import planned_for
from rapport.consent.policy import Policy
from rapport.handovers.inbox import pressing_for
from rapport.home.contacts import contacts_page
from rapport.home.day import RECENTS, figures_of, mentions_of, news_of, tasks_of
from rapport.home.forms import TaskForm
from rapport.home.visit import visit
from rapport.journal.keep import undo_of
from rapport.mail.mailbox_pages import failing
from rapport.notices.read import reminders_of
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.people.post import Post
from rapport.people.posts import vacancies
from rapport.privacy.models import Obligation
from rapport.quotes.limits import waiting_for
from rapport.sales.lead_inbox import Line as LateLead
from rapport.sales.lead_inbox import late_for
from rapport.timeline.read import Cursor
from rapport.ui.toast import toast

MORNING, EVENING = 11, 18
# Reminders of the coming day stand at home before they ring.
AHEAD = timedelta(days=1)


@needs("home.view_day")
@require_safe
def day(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    since = visit(request.user, at=now)
    return render(
        request,
        "home/day.html",
        {
            "greeting": greeting(timezone.localtime(now).hour),
            "today": timezone.localdate(),
            **tasks_card(request.user, TaskForm()),
            "news": news_of(request.user, since=since, at=now),
            "meetings": planned_for(request.user, at=now),
            "figures": figures_of(request.user, at=now),
            "failing": failing(request.user, at=now),
            "vacant": vacancies_for(request.user),
            "quotes": waiting_for(request.user),
            "policy": Policy.objects.visible_to(request.user).waiting_for(request.user),
            "duties": Obligation.objects.visible_to(request.user)
            .of(request.user)
            .overdue(timezone.localdate())
            .in_order(),
            "recents": seen_last(request.user, most=RECENTS),
            "mentions": mentions_of(request.user),
            "leads": leads_of(request.user),
            "handovers": pressing_for(request.user, at=now),
            "reminders": reminders_of(request.user, until=now + AHEAD),
            "pins": Pin.objects.visible_to(request.user).at_hand().in_order(),
        },
    )


def vacancies_for(user: User) -> list[Post]:
    """The governance posts that nobody fills, for whoever can fill them."""
    return vacancies(timezone.localdate(), reader=user) if user.allows("people.change_post") else []


def greeting(hour: int) -> str:
    if hour < MORNING:
        return _("Good morning")
    return _("Good day") if hour < EVENING else _("Good evening")


@needs("calendars.view_meeting")
@require_safe
def meetings(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#meetings", {"meetings": planned_for(request.user, at=timezone.now())})


@needs("sales.view_lead")
@require_safe
def leads(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#leads", {"leads": leads_of(request.user)})


@needs("handovers.view_handover")
@require_safe
def handovers(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#handovers", {"handovers": pressing_for(request.user, at=timezone.now())})


def leads_of(user: User) -> list[LateLead]:
    return late_for(user, at=timezone.now()) if user.allows("sales.view_lead") else []


@needs("notices.view_notice")
@require_safe
def mentions(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#mentions", {"mentions": mentions_of(request.user)})


@needs("notices.set_reminder")
@require_safe
def reminders(request: SignedInRequest) -> HttpResponse:
    found = reminders_of(request.user, until=timezone.now() + AHEAD)
    return render(request, "home/day.html#reminders", {"reminders": found})


@needs("agenda.keep_pin")
@require_safe
def pins(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#pins", {"pins": Pin.objects.visible_to(request.user).at_hand().in_order()})


@needs("agenda.view_task")
@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    return tasks_shown(request, TaskForm())


@needs("home.view_day")
@require_safe
def news(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    found = news_of(request.user, since=visit(request.user, at=now), at=now)
    return render(request, "home/day.html#news", {"news": found})


@needs("home.view_day")
@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/day.html#figures", {"figures": figures_of(request.user, at=timezone.now())})


@needs("agenda.change_task")
@require_POST
def add(request: SignedInRequest) -> HttpResponse:
    form = TaskForm(request.POST)
    if not form.is_valid():
        return tasks_shown(request, form, status=422)
    title = form.cleaned_data["title"]
    add_task(title, assignee=request.user, by=request.user, at=timezone.now(), due_at=form.due_at())
    return tasks_shown(request, TaskForm())


@needs("agenda.change_task")
@require_POST
def finish(request: SignedInRequest, task_id: int) -> HttpResponse:
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)
    now = timezone.now()
    finish_task(task, by=request.user, at=now)
    done = _("Done: %(task)s") % {"task": task.title}
    return toast(request, tasks_shown(request, TaskForm()), done, undo=undo_of(request.user, now))


@needs("agenda.change_task")
@require_POST
def reopen(request: SignedInRequest, task_id: int) -> HttpResponse:
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)
    reopen_task(task, by=request.user, at=timezone.now())
    return tasks_shown(request, TaskForm())


def tasks_shown(request: SignedInRequest, form: TaskForm, status: int = 200) -> HttpResponse:
    """The card of tasks for HTMX; without it the whole page again."""
    if not request.htmx and not form.errors:
        return redirect("home:day")
    return render(request, "home/day.html#tasks", tasks_card(request.user, form), status=status)


def tasks_card(user: User, form: TaskForm) -> dict[str, object]:
    tasks = tasks_of(user, at=timezone.now())
    return {"tasks": tasks, "form": form, "may_change": user.allows("agenda.change_task")}


@dataclass(frozen=True)
class Week:
    """A week to choose in the list of contacts."""

    name: str
    title: str


@needs("home.view_day")
@require_safe
def contacts(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    chosen = request.GET.get("week", "this")
    at = now - timedelta(days=7) if chosen == "last" else now
    page = contacts_page(request.user, week_of=at, before=Cursor.parse(request.GET.get("before", "")))
    weeks = (Week("this", _("This week")), Week("last", _("Last week")))
    return render(request, "home/contacts.html", {"page": page, "weeks": weeks, "chosen": chosen})
