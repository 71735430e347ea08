"""Find the plan that an address means, as far as its reader may see it."""

from django.shortcuts import get_object_or_404

from rapport.accounts.models import Plan
from rapport.people.access import SignedInRequest

INVALID = 422


def the_plan(request: SignedInRequest, plan_id: int) -> Plan:
    found = Plan.objects.visible_to(request.user).select_related("member__customer", "owner")
    return get_object_or_404(found, pk=plan_id)
