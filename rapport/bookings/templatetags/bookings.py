"""Tags of this room: the reader's own booking link, for pages that offer to copy it."""

from typing import Any

from django import template

from rapport.bookings.links import address_for

register = template.Library()


@register.simple_tag(takes_context=True)
def booking_address(context: dict[str, Any]) -> str:
    """Empty for whoever has none."""
    return address_for(context["request"].user)
