"""What the palette offers on the page one is on: deeds on its customer, pins, and what was seen last."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe

from rapport.agenda.look_at import seen_last
from rapport.agenda.models import Pin
from rapport.agenda.pin import is_pinned
from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.models import Customer, Member
from rapport.home.acts import acts_on
from rapport.home.day import RECENTS
from rapport.lists.shelf import Tab, as_tab, views_of
from rapport.notices.follow import following
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User


@needs("home.view_day")
@require_safe
def quick(request: SignedInRequest) -> HttpResponse:
    user = request.user
    customer = customer_at(request, request.GET.get("path", ""))
    shown: dict[str, object] = {
        "customer": customer,
        "pins": Pin.objects.visible_to(user).at_hand().in_order(),
        "views": [one for one in shelved(user) if one.pinned],
        "recents": [one for one in seen_last(user, most=RECENTS) if one.customer != customer],
    }
    if customer:
        members = list(Member.objects.visible_to(user).filter(customer=customer).values_list("pk", flat=True))
        shown |= {
            "acts": acts_on(customer, user),
            "following": following(customer, members, reader=user),
            "pinned": is_pinned(customer, by=user),
            "link": request.build_absolute_uri(reverse("customer", args=[customer.pk])),
        }
    return render(request, "home/quick.html", shown)


def shelved(user: User) -> list[Tab]:
    """The views of lists that ``user`` sees."""
    return [as_tab(one, CUSTOMER_LIST, user, "") for one in views_of(CUSTOMER_LIST, reader=user)]


def customer_at(request: SignedInRequest, path: str) -> Customer | None:
    """The customer whose page, or a part of it, has this address."""
    try:
        found = resolve(urlsplit(path).path)
    except (Resolver404, ValueError):
        return None
    wanted = found.kwargs.get("customer_id")
    return Customer.objects.visible_to(request.user).living().filter(pk=wanted).first() if wanted else None
