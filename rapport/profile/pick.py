"""Find the customer somebody means while they type: those seen last, then those that the words may mean."""

from rapport.agenda.look_at import seen_last
from rapport.customers.find import find_customers
from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.people.models import User

SHOWN = 10


def pick(words: str, *, reader: User) -> list[Customer]:
    """A few customers that ``reader`` may see, to be shown, the likeliest first; without ``words`` those looked at last."""
    if not words.strip():
        return [one.customer for one in seen_last(reader, most=SHOWN)]
    hits = find_customers(reader, words, limit=SHOWN)
    found = Customer.objects.visible_to(reader).living().in_bulk([hit.customer_id for hit in hits])
    return thinned((found[hit.customer_id] for hit in hits if hit.customer_id in found), reader=reader)
