"""Figures as pages write them."""

from decimal import Decimal

from django import template

from rapport.insight.kpi import Unit
from rapport.insight.shown import shown

register = template.Library()


@register.simple_tag
def figure(value: Decimal | None, unit: Unit, home: str) -> str:
    """A figure in its unit; of money in the currency ``home``."""
    return shown(value, unit, home)
