"""Rules in the browser: declared, tested on the past, switched, what they did and why, and taken back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.customers.listing import CUSTOMER_LIST
from rapport.journal.ways_back import UndoError
from rapport.lists.builder import HOWS
from rapport.people.access import SignedInRequest, needs
from rapport.rules.conditions import is_asked, meant_by, rows_of
from rapport.rules.declare import change, declare, move
from rapport.rules.forms import ReasonForm, RuleForm, shown
from rapport.rules.models import Act, Rule, Run
from rapport.rules.read import SHOWN, acts_of_run, as_reason, rules_of, runs_of, versions_of
from rapport.rules.rehearse import DAYS, rehearse
from rapport.rules.switch import NEEDS, switch_off, switch_on
from rapport.rules.take_back import take_back
from rapport.rules.words import sentence
from rapport.ui.toast import toast

INVALID = 422


def the_rule(request: SignedInRequest, rule_id: int) -> Rule:
    return get_object_or_404(Rule.objects.visible_to(request.user).in_order(), pk=rule_id)


@needs(NEEDS)
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    return render(request, "rules/list.html", {"lines": rules_of(request.user, at=timezone.now())})


@needs(NEEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    return asked(request, None)


@needs(NEEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, rule_id: int) -> HttpResponse:
    return asked(request, the_rule(request, rule_id))


def asked(request: SignedInRequest, rule: Rule | None) -> HttpResponse:
    """The form; asked with what was chosen in it, it shows the fields that belong to that."""
    kept = rule.version if rule else None
    start = shown(rule, kept) if rule and kept else {}
    sent = request.POST if request.method == "POST" else None
    form = RuleForm(sent, writer=request.user, initial={**start, **request.GET.dict()})
    if sent is not None and form.is_valid():
        now = timezone.now()
        wish, by = form.wish(), request.user
        written = change(rule, wish, by=by, at=now) if rule else declare(wish, by=by, at=now)
        return toast(request, redirect("rules:rule", written.pk), _("Saved. Test it on the past before it is on."))
    said = request.POST if sent is not None else request.GET
    state = meant_by(said, request.user) if is_asked(said) else kept.conditions if kept and not said else ""
    rows = {"stacks": rows_of(state, request.user), "hows": HOWS, "name": CUSTOMER_LIST.name}
    told = {"form": form, "rule": rule, "state": state, **rows}
    page = "rules/edit.html#fields" if request.htmx.target == "rule-fields" else "rules/edit.html"
    return render(request, page, told, status=INVALID if form.errors else None)


@needs(NEEDS)
@require_safe
def rule(request: SignedInRequest, rule_id: int) -> HttpResponse:
    """What it says, whether it is on and why, and what it did."""
    found = the_rule(request, rule_id)
    return render(request, "rules/rule.html", page_of(request, found))


def page_of(request: SignedInRequest, found: Rule) -> dict[str, object]:
    return {
        "rule": found,
        "sentence": sentence(found.version, request.user) if found.version else "",
        "runs": runs_of(found),
        "versions": versions_of(found, request.user),
        "switches": found.switches.select_related("by").order_by("-at", "-pk")[:SHOWN],
        "form": ReasonForm(),
    }


@needs(NEEDS)
@require_safe
def past(request: SignedInRequest, rule_id: int) -> HttpResponse:
    """What it would have done in the last 30 days."""
    found = the_rule(request, rule_id)
    told = rehearse(found.version, at=timezone.now()) if found.version else None
    return render(request, "rules/rule.html", {**page_of(request, found), "past": told, "days": DAYS})


@needs(NEEDS)
@require_POST
def switching(request: SignedInRequest, rule_id: int) -> HttpResponse:
    """On or off: ``to`` says so, and a reason is asked for."""
    found, form, now = the_rule(request, rule_id), ReasonForm(request.POST), timezone.now()
    if not form.is_valid():
        return render(request, "rules/rule.html", {**page_of(request, found), "form": form}, status=INVALID)
    reason = form.cleaned_data["reason"]
    if request.POST.get("to") == "on":
        switch_on(found, reason, by=request.user, at=now)
        return toast(request, redirect("rules:rule", found.pk), _("It is on from now on."))
    switch_off(found, reason, by=request.user, at=now)
    return toast(request, redirect("rules:rule", found.pk), _("It is off."))


@needs(NEEDS)
@require_POST
def order(request: SignedInRequest, rule_id: int) -> HttpResponse:
    move(the_rule(request, rule_id), up=request.POST.get("to") != "down")
    return redirect("rules:list")


@needs(NEEDS)
@require_safe
def run(request: SignedInRequest, rule_run_id: int) -> HttpResponse:
    """What one run did to whom."""
    runs = Run.objects.visible_to(request.user).select_related("rule", "version", "event", "undone_by")
    found = get_object_or_404(runs, pk=rule_run_id)
    told = {"run": found, "acts": acts_of_run(found, request.user), "sentence": sentence(found.version, request.user)}
    return render(request, "rules/run.html", told)


@needs(NEEDS)
@require_POST
def undo(request: SignedInRequest, rule_run_id: int) -> HttpResponse:
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=rule_run_id)
    words = _("Taken back.")
    try:
        take_back(found, by=request.user, at=timezone.now())
    except UndoError as problem:
        words = {
            "undone already": _("This was taken back already."),
            "too late": _("This was more than 30 days ago."),
        }[problem.code]
    return toast(request, redirect("rules:run", found.pk), words)


@needs("customers.view_customer")
@require_safe
def why(request: SignedInRequest, act_id: int) -> HttpResponse:
    """Why something happened to a customer: by which rule, because of what."""
    acts = Act.objects.visible_to(request.user).select_related("run__version", "rule__owner", "customer", "event")
    found = get_object_or_404(acts, pk=act_id)
    reason = as_reason(found)
    steers = request.user.allows(NEEDS) and Rule.objects.visible_to(request.user).filter(pk=found.rule_id).exists()
    told = {"act": found, "reason": reason, "steers": steers, "sentence": sentence(found.run.version, request.user)}
    return render(request, "rules/why.html", told)


@needs("customers.view_customer")
@require_safe
def why_run(request: SignedInRequest, rule_run_id: int) -> HttpResponse:
    """From a notice or the history to the reason: the first customer of the run that the reader sees."""
    act = Act.objects.visible_to(request.user).filter(run=rule_run_id).order_by("pk").first()
    return redirect("rules:why", get_object_or_404(Act.objects.visible_to(request.user), pk=act.pk if act else 0).pk)
