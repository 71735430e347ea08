"""The contact policy in the browser: what is in force, the next version as a table, its examples, its approval."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.consent.marks import known_conditions
from rapport.consent.policy import Policy
from rapport.consent.policy_forms import ExampleTable, NoteForm, RuleTable, lines_of
from rapport.consent.write_policy import PolicyError, approve, draft, drop, rewrite, try_out
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

VERSIONS = 50


@needs("consent.view_policy")
@require_safe
def policy(request: SignedInRequest) -> HttpResponse:
    """What is in force now, what waits for approval, and every version before."""
    seen = Policy.objects.visible_to(request.user)
    kept = seen.in_force()
    waiting = seen.filter(approved_at=None).select_related("by").first()
    versions = seen.exclude(approved_at=None).select_related("by", "approved_by").order_by("-approved_at")[:VERSIONS]
    shown = {"policy": kept, "tried": try_out(kept) if kept else [], "waiting": waiting, "versions": versions}
    return render(request, "consent/policy.html", shown)


@needs("consent.view_policy")
@require_safe
def version(request: SignedInRequest, policy_id: int) -> HttpResponse:
    found = the_policy(request, policy_id)
    tried = try_out(found)
    failing = sum(not one.passed for one in tried)
    shown = {"policy": found, "tried": tried, "failing": failing, "own": found.by_id == request.user.pk}
    return render(request, "consent/policy_version.html", shown)


@needs("consent.change_policy")
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """The next version, as a copy of the one in force."""
    return redirect("consent:policy_table", draft(by=request.user, at=timezone.now()).pk)


@needs("consent.change_policy")
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """A draft as a table; what was approved is only read."""
    found = the_policy(request, policy_id)
    if found.approved_at:
        return redirect("consent:policy_version", found.pk)
    sent = request.POST or None
    rules, examples = tables_of(found, sent)
    note = NoteForm(sent, initial={"note": found.note})
    if sent and all([rules.is_valid(), examples.is_valid(), note.is_valid()]):
        now, words = timezone.now(), note.cleaned_data["note"]
        rewrite(found, lines_of(rules), lines_of(examples), note=words, by=request.user, at=now)
        return toast(
            request, redirect("consent:policy_version", found.pk), _("Saved. Somebody else has to approve it.")
        )
    wrong = bool(sent)
    shown = {"policy": found, "rules": rules, "examples": examples, "note": note}
    return render(request, "consent/policy_table.html", shown, status=422 if wrong else 200)


def tables_of(policy: Policy, sent: QueryDict | None) -> tuple[Any, Any]:
    """The rules and the examples of a draft, as they are or as they were ``sent``."""
    named: dict[str, Any] = {"instance": policy, "form_kwargs": {"known": known_conditions()}}
    return (
        RuleTable(sent, prefix="rules", queryset=policy.rules.order_by("position"), **named),
        ExampleTable(sent, prefix="examples", queryset=policy.examples.order_by("position"), **named),
    )


@needs("consent.change_policy")
@require_POST
def approval(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Put a version in force that somebody else wrote."""
    found = the_policy(request, policy_id)
    try:
        approve(found, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now())
    except PolicyError as problem:
        return toast(request, redirect("consent:policy_version", found.pk), why_not(problem.code))
    return toast(request, redirect("consent:policy"), _("In force from now on."))


def why_not(code: str) -> str:
    return {
        "approved": _("It is in force already, or was."),
        "changed": _("It was changed meanwhile. Read it again."),
        "own": _("Somebody else has to approve what you wrote."),
        "examples": _("An example comes out otherwise than it has to."),
    }[code]


@needs("consent.change_policy")
@require_POST
def away(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Throw a draft away."""
    drop(the_policy(request, policy_id))
    return redirect("consent:policy")


def the_policy(request: SignedInRequest, policy_id: int) -> Policy:
    return get_object_or_404(Policy.objects.visible_to(request.user).select_related("by", "approved_by"), pk=policy_id)
