"""Where administrators declare web sites and forms, and see what was sent."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast
from rapport.web.agreements import outdated
from rapport.web.declare import declare_form, declare_site
from rapport.web.forms import FormForm, SiteForm
from rapport.web.models import Site, Submission, WebForm

SHOWN = 100
INVALID = 422


@needs("web.change_form")
@require_safe
def sites(request: SignedInRequest) -> HttpResponse:
    seen = Site.objects.visible_to(request.user).prefetch_related("forms").order_by("name")
    return render(request, "web/sites.html", {"sites": seen})


@needs("web.change_form")
@require_http_methods(["GET", "HEAD", "POST"])
def add_site(request: SignedInRequest) -> HttpResponse:
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("web:site", declare_site(None, form).pk)
    shown = {"form": form, "title": _("New web site")}
    return render(request, "web/edit.html", shown, status=INVALID if form.errors else None)


@needs("web.change_form")
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: SignedInRequest, site_id: int) -> HttpResponse:
    """Its origins, and the line of script that belongs into its pages."""
    found = get_object_or_404(Site.objects.visible_to(request.user), pk=site_id)
    form = SiteForm(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        return toast(request, redirect("web:site", declare_site(found, form).pk), _("Saved."))
    address = request.build_absolute_uri(reverse("web:script"))
    shown = {"form": form, "site": found, "script": f'<script src="{address}" data-site="{found.key}" defer></script>'}
    return render(request, "web/site.html", shown, status=INVALID if form.errors else None)


@needs("web.change_form")
@require_http_methods(["GET", "HEAD", "POST"])
def add_form(request: SignedInRequest, site_id: int) -> HttpResponse:
    found = get_object_or_404(Site.objects.visible_to(request.user), pk=site_id)
    form = FormForm(request.POST or None, request.user, found)
    if request.method == "POST" and form.is_valid():
        return redirect("web:manage", declare_form(None, form).pk)
    shown = {"form": form, "title": _("New form")}
    return render(request, "web/edit.html", shown, status=INVALID if form.errors else None)


@needs("web.change_form")
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: SignedInRequest, web_form_id: int) -> HttpResponse:
    """What the form asks, how it gets into a page, and what was sent by it."""
    found = get_object_or_404(WebForm.objects.visible_to(request.user).select_related("site"), pk=web_form_id)
    form = FormForm(request.POST or None, request.user, found.site, found)
    if request.method == "POST" and form.is_valid():
        return toast(request, redirect("web:manage", declare_form(found, form).pk), _("Saved."))
    seen = Submission.objects.visible_to(request.user).filter(form=found).select_related("member").order_by("-pk")
    shown = {
        "form": form,
        "found": found,
        "outdated": outdated(found),
        "submissions": seen[:SHOWN],
        "address": request.build_absolute_uri(reverse("web:form", args=[found.key])),
    }
    return render(request, "web/manage.html", shown, status=INVALID if form.errors else None)
