"""Retire a template, and take it into use again."""

from datetime import datetime

from django.db import transaction

from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.letters.models import Template
from rapport.people.models import User


@transaction.atomic
def retire(template: Template, *, by: User, at: datetime) -> None:
    """It is offered no more; harmless when that is so."""
    if Template.objects.filter(pk=template.pk, retired_at=None).update(retired_at=at):
        keep(Deed.TEMPLATE, [], by=by, at=at, back={"template": template.pk}, name=template.name)


@transaction.atomic
def take_up(template: Template) -> bool:
    """Offer it again; false when there is another one of its name now."""
    namesake = Template.objects.filter(retired_at=None, scope=template.scope_id, name=template.name)
    if namesake.exclude(pk=template.pk).exists():
        return False
    Template.objects.filter(pk=template.pk).update(retired_at=None)
    return True
