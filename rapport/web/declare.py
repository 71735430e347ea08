"""Declare a web site and the forms on it."""

from django.db import transaction

from rapport.web.agreements import bind
from rapport.web.forms import FormForm, SiteForm
from rapport.web.models import Site, WebForm


def declare_site(site: Site | None, asked: SiteForm) -> Site:
    said = asked.cleaned_data
    found = site or Site()
    found.name, found.origins, found.tracking = said["name"], said["origins"], said["tracking"]
    found.save()
    return found


@transaction.atomic
def declare_form(form: WebForm | None, asked: FormForm) -> WebForm:
    """A wording that changed is a new version of it."""
    said = asked.cleaned_data
    found = form or WebForm(site=asked.site)
    if form and form.consent != said["consent"]:
        found.consent_version += 1
    for name in ("title", "language", "consent", "thanks", "onward", "owner", "active"):
        setattr(found, name, said[name])
    found.asked, found.questions = asked.asked(), asked.lines()
    found.save()
    bind(found, said["agreements"])
    return found
