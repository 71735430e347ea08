"""Say in a sentence that two records are one now."""

from django.utils.translation import gettext as _

from rapport.customers.models import Customer


def joined_in_words(goes: Customer, stays: Customer) -> str:
    if goes.name == stays.name:
        return _("The two records of %(name)s are one now.") % {"name": stays.name}
    return _("%(goes)s is part of %(stays)s now.") % {"goes": goes.name, "stays": stays.name}
