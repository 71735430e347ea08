"""Tasks on a customer's page: add one, tick it off, take that back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from rapport.agenda.add_task import add_task
from rapport.agenda.drop_task import drop_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.forms import CallForm, TaskForm
from rapport.agenda.listing import TICK, tick_of
from rapport.agenda.models import Task
from rapport.agenda.reopen_task import reopen_task
from rapport.channels.inbound import Channel
from rapport.customers.models import Customer, Member
from rapport.customers.wishes import advice, wishes_of
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.log_call import log_call
from rapport.ui.toast import toast


@needs("agenda.change_task")
@require_POST
def add(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Add a task about a customer and answer with an empty form."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    form = TaskForm(request.POST)
    if not form.is_valid():
        return render(request, "agenda/add.html", {"form": form, "customer": customer}, status=422)
    given, now = form.cleaned_data, timezone.now()
    assignee = given["assignee"]
    add_task(given["title"], assignee=assignee, due_at=form.due_at(), customer=customer, by=request.user, at=now)
    response: HttpResponse = redirect("customer", customer.pk)
    if request.htmx:
        fresh = TaskForm(initial={"assignee": assignee})
        response = render(request, "agenda/add.html", {"form": fresh, "customer": customer})
        trigger_client_event(response, f"live:customer:{customer.pk}")
    words = " ".join([_("Task added."), *outside(request, customer, form)])
    return toast(request, response, words, undo=undo_of(request.user, now))


def outside(request: SignedInRequest, customer: Customer, form: TaskForm) -> list[str]:
    """What a call at the hour of the task would go against; without an hour, nothing."""
    due_at = form.due_at() if form.cleaned_data["due_time"] else None
    if due_at is None:
        return []
    members = Member.objects.visible_to(request.user).filter(customer=customer).values_list("pk", flat=True)
    found = wishes_of(list(members), at=timezone.now())
    return advice(found, customer, channel=Channel.PHONE, at=due_at)


@needs("timeline.add_interaction")
@require_POST
def call(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Write down a call and what is to do after it; answer with an empty form."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    form = CallForm(request.POST)
    if not form.is_valid():
        return render(request, "agenda/call.html", {"form": form, "customer": customer}, status=422)
    given, now = form.cleaned_data, timezone.now()
    log_call(customer, form.call(), key=str(given["key"]), by=request.user, at=now)
    if given["follow_up"]:
        me = request.user
        add_task(given["follow_up"], assignee=me, due_at=form.due_at(), customer=customer, by=me, at=now)
    if not request.htmx:
        return redirect("customer", customer.pk)
    response = render(request, "agenda/call.html", {"form": CallForm(), "customer": customer})
    return trigger_client_event(response, f"live:customer:{customer.pk}")


@needs("agenda.change_task")
@require_POST
def finish(request: SignedInRequest, task_id: int) -> HttpResponse:
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)
    now = timezone.now()
    finish_task(task, by=request.user, at=now)
    task.refresh_from_db()
    words = _("Done: %(task)s") % {"task": task.title}
    return toast(request, back_to(request, task), words, undo=undo_of(request.user, now))


@needs("agenda.change_task")
@require_POST
def reopen(request: SignedInRequest, task_id: int) -> HttpResponse:
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)
    reopen_task(task, by=request.user, at=timezone.now())
    task.refresh_from_db()
    return back_to(request, task)


@needs("agenda.change_task")
@require_POST
def drop(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Take back a task that one has just added oneself."""
    mine = Task.objects.visible_to(request.user).filter(created_by=request.user)
    task = get_object_or_404(mine.select_related("member"), pk=task_id)
    now = timezone.now()
    drop_task(task, by=request.user, at=now)
    words = _("Deleted: %(task)s") % {"task": task.title}
    return toast(request, back_to(request, task), words, undo=undo_of(request.user, now))


def back_to(request: SignedInRequest, task: Task) -> HttpResponse:
    """News for the page that asked, the tick for a list, or the customer's page again."""
    customer_id = task.member.customer_id if task.member else None
    if not request.htmx:
        return redirect("customer", customer_id) if customer_id else redirect("/")
    in_list = (request.htmx.target or "").startswith(TICK)
    response = HttpResponse(status=204)
    if in_list:
        response = render(request, "ui/tick.html", {"tick": tick_of(task, may=True)})
    if customer_id:
        trigger_client_event(response, f"live:customer:{customer_id}")
    return response
