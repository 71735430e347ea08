"""The colleagues who may be spoken to in what is written about a customer."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs, readers_of

OFFERED = 8


@needs("customers.view_customer")
@require_safe
def colleagues(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Those who see this customer, by the beginning of a word of the name or of the address."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    begun = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    fits = Q(name__istartswith=begun) | Q(name__icontains=f" {begun}") | Q(email__istartswith=begun)
    readers = readers_of(customer.scope_id)
    shared = set(readers.values_list("name", flat=True).annotate(times=Count("pk")).filter(times__gt=1))
    found = readers.filter(fits).select_related("team").order_by("name", "pk")[:OFFERED]
    offered = [(one, one.email if one.name in shared else one.name) for one in found]
    return render(request, "customers/colleagues.html", {"offered": offered})
