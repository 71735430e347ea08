"""What is let go when it is old, in the browser: the rules, what each would delete, and what each run deleted."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.privacy.past_steps import steps_of
from rapport.privacy.retain import Rule, order, preview, rule_of, rules, run_rule, set_rule
from rapport.privacy.retain_declared import BY_KIND
from rapport.privacy.retain_rule import RetainRun
from rapport.ui.toast import toast

INVALID = 422
LISTED = 50
# So long somebody waits in the browser; the rest goes at night.
SPELL_SECONDS = 10


class RuleForm(forms.Form):
    """After how many days, and whether it deletes at all."""

    days = forms.IntegerField(label=gettext_lazy("Days"))
    active = forms.BooleanField(
        label=gettext_lazy("Delete it every night"),
        required=False,
        help_text=gettext_lazy("Without it nothing of this kind is deleted by this rule."),
    )

    def __init__(self, data: object = None, *, rule: Rule) -> None:
        super().__init__(data, initial={"days": rule.days, "active": rule.active})  # type: ignore[arg-type]
        field = self.fields["days"]
        if isinstance(field, forms.IntegerField):
            field.help_text = _("Between %(least)d and %(most)d.") % vars(rule.of)
        self.of = rule.of

    def clean_days(self) -> int:
        days = int(self.cleaned_data["days"])
        if not self.of.least <= days <= self.of.most:
            raise forms.ValidationError(_("Between %(least)d and %(most)d.") % vars(self.of))
        return days


@needs("privacy.view_retention")
@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    """Every kind with what holds for it, and the last runs."""
    runs = (
        RetainRun.objects.visible_to(request.user)
        .select_related("by")
        .prefetch_related("emptyings")
        .order_by("-pk")[:LISTED]
    )
    last: dict[str, RetainRun] = {}
    for run in runs:
        last.setdefault(run.kind, run)
    told = [(run, BY_KIND[run.kind].label if run.kind in BY_KIND else run.kind) for run in runs]
    shown = {"rows": [(one, last.get(one.of.kind)) for one in rules()], "runs": told}
    return render(request, "privacy/retention.html", shown)


@needs("privacy.change_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_rule(request: SignedInRequest, kept_kind: str) -> HttpResponse:
    """Say after how many days it goes; below stands what that would delete now."""
    rule = the_rule(kept_kind)
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if request.method == "POST" and form.is_valid():
        set_rule(rule, form.cleaned_data["days"], active=form.cleaned_data["active"])
        return toast(request, redirect("privacy:retention_rule", kept_kind), _("Saved."))
    shown = {
        "form": form,
        "rule": rule,
        "preview": preview(rule, at=timezone.now()),
        "steps": steps_of(rule.said),
    }
    return render(request, "privacy/retention_rule.html", shown, status=INVALID if form.errors else None)


@needs("privacy.change_retention")
@require_POST
def retain_now(request: SignedInRequest, kept_kind: str) -> HttpResponse:
    """Do not wait for the night; only what deletes at night anyhow."""
    rule = the_rule(kept_kind)
    if not rule.active:
        return toast(request, redirect("privacy:retention_rule", kept_kind), _("This rule deletes nothing yet."))
    if rule.of.erased:
        order(rule, by=request.user, at=timezone.now())
        return toast(request, redirect("privacy:retention"), _("It has begun. The report says how far it is."))
    run = run_rule(rule, by=request.user, at=timezone.now(), spell=SPELL_SECONDS)
    told = _("Deleted: %(n)d.") if run.ended_at else _("Deleted so far: %(n)d. The rest goes tonight.")
    return toast(request, redirect("privacy:retention"), told % {"n": run.total})


def the_rule(kept_kind: str) -> Rule:
    rule = rule_of(kept_kind.replace("-", " "))
    if rule is None:
        raise Http404
    return rule
