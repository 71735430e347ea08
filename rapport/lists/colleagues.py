"""Conditions of a list about a colleague: whose it is, who did it."""

from django.db.models import Q

from rapport.people.models import User
from rapport.ui.conditions import Choices, Operator
from rapport.ui.operators import choice_operators, emptiness


def colleague_operators(field: str, *, nullable: bool = False) -> tuple[Operator, ...]:
    """``field`` refers to a user; where it may be nobody, that is asked for as empty."""
    known = choice_operators(lambda given: Q(**{f"{field}__in": [int(one) for one in given]}), colleagues)
    return (*known, *emptiness(Q(**{field: None}))) if nullable else known


def colleagues() -> Choices:
    """Those who work here now first."""
    known = User.objects.order_by("-is_active", "name", "pk").values_list("pk", "name", "email")
    return [(str(pk), name or email) for pk, name, email in known]
