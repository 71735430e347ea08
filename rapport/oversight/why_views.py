"""Who sees a customer, and why somebody does or does not."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from rapport.customers.models import Customer
from rapport.oversight.look import may_look
from rapport.oversight.why import SHOWN, known_to, overseen, readers, why
from rapport.people.access import SignedInRequest, needs
from rapport.profile.pick import pick

DIGITS = 18


@needs("people.oversee_team")
@require_safe
def who_sees(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Everybody who sees a customer; of somebody that the reader picks every cause."""
    found = Customer.objects.visible_to(request.user).select_related("scope__team", "team", "owner")
    customer = get_object_or_404(found, pk=customer_id)
    people = overseen(request.user)
    person = people.filter(pk=number(request, "person")).first()
    everybody = list(readers(customer).select_related("team", "role")[: SHOWN + 1])
    shown = {
        "customer": customer,
        "people": people,
        "reasons": why(person, customer) if person else None,
        "readers": everybody[:SHOWN],
        "more": len(everybody) > SHOWN,
    }
    return render(request, "oversight/who_sees.html", shown)


@needs("people.oversee_team")
@require_safe
def person_sees(request: SignedInRequest, user_id: int) -> HttpResponse:
    """What a colleague sees of one customer, and why."""
    person = overseen(request.user).filter(pk=user_id).first()
    if person is None:
        raise Http404
    customer = known_to(request.user, number(request, "customer"))
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    shown = {
        "person": person,
        "words": words,
        "found": pick(words, reader=request.user),
        "reasons": why(person, customer) if customer else None,
        "may_look": may_look(request.user, person),
    }
    return render(request, "oversight/person_sees.html", shown)


def number(request: SignedInRequest, name: str) -> int:
    """The id that the address names; 0 for none that could be one."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= DIGITS else 0
