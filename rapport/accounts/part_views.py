"""The parts of a plan: people of the buying centre, goals, risks, next steps; each added, changed and taken out."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.forms import FIELDS, GoalForm, RiskForm, StakeholderForm, StepForm
from rapport.accounts.found import INVALID, the_plan
from rapport.accounts.goals import RECORDS, counted, orders_of, reached
from rapport.accounts.ground import ground_of
from rapport.accounts.keep_part import Part, drop_part, keep_part
from rapport.accounts.models import Goal, Plan, Risk, Stakeholder
from rapport.accounts.warmth import lately_with, warmth_of
from rapport.agenda.add_task import add_task
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.names import named
from rapport.timeline.read import entries_of
from rapport.ui.toast import toast

SHOWN = 300


def kept(request: SignedInRequest, part: Part, form: forms.Form, title: str) -> HttpResponse:
    """Fill ``part`` from the form and keep it; or show the form."""
    plan = part.plan
    back = reverse("accounts:plan", args=[plan.pk])
    if request.method == "POST" and form.is_valid():
        for name in FIELDS[type(part)]:
            setattr(part, name, form.cleaned_data[name])
        now = timezone.now()
        keep_part(part, by=request.user, at=now)
        return toast(request, redirect(back), _("Saved."), undo=undo_of(request.user, now))
    shown = {
        "form": form,
        "plan": plan,
        "title": title,
        "back": back,
        "drop": reverse(f"accounts:drop_{type(part).__name__.lower()}", args=[part.pk]) if part.pk else "",
    }
    return render(request, "accounts/part.html", shown, status=INVALID if form.errors else 200)


def first_of(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in FIELDS[type(part)]}


def dropped(request: SignedInRequest, part: Part) -> HttpResponse:
    plan, now = part.plan, timezone.now()
    drop_part(part, by=request.user, at=now)
    return toast(request, redirect("accounts:plan", plan.pk), _("Taken out."), undo=undo_of(request.user, now))


def the_person(request: SignedInRequest, stakeholder_id: int) -> Stakeholder:
    known = Stakeholder.objects.visible_to(request.user).select_related("plan__member", "member__customer")
    return get_object_or_404(known, pk=stakeholder_id)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_stakeholder(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Somebody into the buying centre: chosen among the people of the group, or found."""
    plan = the_plan(request, plan_id)
    wanted = number(request.GET.get("person") or request.GET.get("other") or "")
    person = Customer.objects.visible_to(request.user).living().filter(pk=wanted).first()
    if person is None:
        return choose(request, plan)
    known = Stakeholder.objects.visible_to(request.user).filter(plan=plan, member__customer=person).first()
    if known:
        return redirect("accounts:stakeholder", known.pk)
    part = Stakeholder(plan=plan, member=main_member(person))
    return kept(request, part, StakeholderForm(request.POST or None), person.name)


def choose(request: SignedInRequest, plan: Plan) -> HttpResponse:
    """Those who work in the group and are not in the buying centre yet, to be chosen from."""
    ground = ground_of(plan.member.customer, reader=request.user)
    there = set(plan.stakeholders.values_list("member__customer", flat=True))
    seen = Customer.objects.visible_to(request.user).living().filter(pk__in=set(ground.people) - there)
    units = {one.customer_id: one.name for one in ground.units}
    people = [(one, units.get(ground.people[one.pk], "")) for one in seen.order_by("sort_key", "pk")[:SHOWN]]
    return render(request, "accounts/choose.html", {"plan": plan, "people": people})


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def stakeholder(request: SignedInRequest, stakeholder_id: int) -> HttpResponse:
    found = the_person(request, stakeholder_id)
    form = StakeholderForm(request.POST or None, initial=first_of(found))
    return kept(request, found, form, found.member.customer.name)


@needs("accounts.change_plan")
@require_POST
def drop_stakeholder(request: SignedInRequest, stakeholder_id: int) -> HttpResponse:
    return dropped(request, the_person(request, stakeholder_id))


@needs("accounts.view_plan")
@require_safe
def contacts(request: SignedInRequest, stakeholder_id: int) -> HttpResponse:
    """The interactions that make somebody as warm as they are."""
    found, now = the_person(request, stakeholder_id), timezone.now()
    customer = found.member.customer
    ids = lately_with(customer.pk, reader=request.user, at=now)
    entries = entries_of(ids[:SHOWN], reader=request.user)
    shown = {
        "stakeholder": found,
        "customer": customer,
        "warmth": warmth_of([customer.pk], reader=request.user, at=now)[customer.pk],
        "entries": [entries[pk] for pk in ids[:SHOWN]],
        "number": len(ids),
    }
    return render(request, "accounts/contacts.html", shown)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_goal(request: SignedInRequest, plan_id: int) -> HttpResponse:
    return kept(request, Goal(plan=the_plan(request, plan_id)), GoalForm(request.POST or None), _("New goal"))


def the_goal(request: SignedInRequest, goal_id: int) -> Goal:
    known = Goal.objects.visible_to(request.user).select_related("plan__member__customer")
    return get_object_or_404(known, pk=goal_id)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: SignedInRequest, goal_id: int) -> HttpResponse:
    found = the_goal(request, goal_id)
    return kept(request, found, GoalForm(request.POST or None, initial=first_of(found)), found.words)


@needs("accounts.change_plan")
@require_POST
def drop_goal(request: SignedInRequest, goal_id: int) -> HttpResponse:
    return dropped(request, the_goal(request, goal_id))


@needs("accounts.view_plan")
@require_safe
def goal_orders(request: SignedInRequest, goal_id: int) -> HttpResponse:
    """The orders that count for a goal."""
    found = the_goal(request, goal_id)
    ground = ground_of(found.plan.member.customer, reader=request.user)
    rows = orders_of(ground, reader=request.user).filter(counted(found.plan, found)).order_by("-ordered_at", "-pk")
    orders = list(rows[:RECORDS] if found.measure else [])
    names = named((one.member_id for one in orders), reader=request.user)
    (told,) = reached(found.plan, [found], ground, reader=request.user, today=timezone.localdate())
    shown = {
        "goal": found,
        "plan": found.plan,
        "told": told,
        "orders": [(one, names.get(one.member_id or 0)) for one in orders],
        "number": rows.count() if found.measure else 0,
    }
    return render(request, "accounts/goal_orders.html", shown)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_risk(request: SignedInRequest, plan_id: int) -> HttpResponse:
    return kept(request, Risk(plan=the_plan(request, plan_id)), RiskForm(request.POST or None), _("New risk"))


def the_risk(request: SignedInRequest, risk_id: int) -> Risk:
    return get_object_or_404(Risk.objects.visible_to(request.user).select_related("plan__member"), pk=risk_id)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def risk(request: SignedInRequest, risk_id: int) -> HttpResponse:
    found = the_risk(request, risk_id)
    return kept(request, found, RiskForm(request.POST or None, initial=first_of(found)), found.words)


@needs("accounts.change_plan")
@require_POST
def drop_risk(request: SignedInRequest, risk_id: int) -> HttpResponse:
    return dropped(request, the_risk(request, risk_id))


@needs("agenda.change_task")
@require_POST
def add_step(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Something to be done, as a task about the customer or about whom `customer` names."""
    plan, form, now = the_plan(request, plan_id), StepForm(request.POST), timezone.now()
    if not form.is_valid():
        shown = {"form": form, "plan": plan, "title": _("Next step"), "back": reverse("accounts:plan", args=[plan_id])}
        return render(request, "accounts/part.html", shown, status=INVALID)
    wanted = number(request.POST.get("customer", ""))
    about = Customer.objects.visible_to(request.user).living().filter(pk=wanted).first()
    day = form.cleaned_data["due_on"]
    add_task(
        form.cleaned_data["title"],
        assignee=request.user,
        due_at=timezone.make_aware(datetime.combine(day, time.min)) if day else None,
        customer=about or plan.member.customer,
        by=request.user,
        at=now,
    )
    return toast(request, redirect("accounts:plan", plan_id), _("Task added."), undo=undo_of(request.user, now))
