"""What rooms further down add to the pages of people."""

from django import template
from django.template import RequestContext

from rapport.people.beside import OpenTab, tabs_beside

register = template.Library()


@register.simple_tag(takes_context=True)
def further_tabs(context: RequestContext) -> list[OpenTab]:
    """The tabs beside those of people that the reader may open."""
    return tabs_beside(context["user"])
