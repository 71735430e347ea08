"""Where administrators say what else is to be known of customers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.fields.declare import DeclareError, change, declare, move, restore, retire
from rapport.fields.forms import FieldForm
from rapport.fields.models import CustomField, Type, groups_of, living
from rapport.fields.results import keys_for
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422


@needs("fields.change_field")
@require_safe
def fields(request: SignedInRequest) -> HttpResponse:
    known = list(CustomField.objects.visible_to(request.user).in_order())
    gone = [one for one in known if one.retired_at]
    return render(request, "fields/list.html", {"living": living(known), "retired": gone, "types": Type.choices})


@needs("fields.change_field")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """A new field of the type that was chosen before."""
    kind = request.GET.get("type", "")
    if kind not in Type.values:
        return redirect("fields:list")
    form = FieldForm(request.POST or None, kind)
    if request.method == "POST" and form.is_valid():
        try:
            field = declare(kind, form.wish(), form.more_choices())
        except DeclareError as problem:
            form.add_error(told_at(form, problem), str(problem))
        else:
            return toast(request, redirect("fields:list"), _("Field %(name)s added.") % {"name": field})
    title = _("New field: %(type)s") % {"type": Type(kind).label}
    return page(request, form, title)


@needs("fields.change_field")
@require_http_methods(["GET", "HEAD", "POST"])
def field(request: SignedInRequest, field_id: int) -> HttpResponse:
    found = get_object_or_404(CustomField.objects.visible_to(request.user), pk=field_id)
    form = FieldForm(request.POST or None, found.type, found)
    if request.method == "POST" and form.is_valid():
        try:
            change(found, form.wish(), form.choices(), form.more_choices())
        except DeclareError as problem:
            form.add_error(told_at(form, problem), str(problem))
        else:
            return toast(request, redirect("fields:list"), _("Saved."))
    return page(request, form, form.initial["label"])


def told_at(form: FieldForm, problem: DeclareError) -> str | None:
    return problem.field if problem.field in form.fields else None


def page(request: SignedInRequest, form: FieldForm, title: str) -> HttpResponse:
    status = INVALID if form.errors else None
    groups = groups_of(CustomField.objects.visible_to(request.user).in_order())
    shown = {"form": form, "title": title, "field": form.field, "groups": groups}
    if "formula" in form.fields:
        shown["keys"] = keys_for(form.field.key if form.field else "", CustomField.objects.visible_to(request.user))
    return render(request, "fields/field.html", shown, status=status)


@needs("fields.change_field")
@require_POST
def retirement(request: SignedInRequest, field_id: int) -> HttpResponse:
    """Retire a field, or take it back: ``back`` says so."""
    found = get_object_or_404(CustomField.objects.visible_to(request.user), pk=field_id)
    back = "back" in request.POST
    response, now = redirect("fields:list"), timezone.now()
    try:
        if back:
            restore(found, by=request.user, at=now)
        else:
            retire(found, by=request.user, at=now)
    except DeclareError as problem:
        return toast(request, response, str(problem))
    words = _("%(name)s is back, with all its values.") if back else _("%(name)s is retired; its values are kept.")
    return toast(request, response, words % {"name": found}, undo=undo_of(request.user, now))


@needs("fields.change_field")
@require_POST
def place(request: SignedInRequest, field_id: int) -> HttpResponse:
    """One place up or down."""
    found = get_object_or_404(CustomField.objects.visible_to(request.user), pk=field_id)
    move(found, steps=-1 if request.POST.get("way") == "up" else 1)
    return redirect("fields:list")
