"""Add a team, with the scope that makes records its own."""

from django.db import transaction

from rapport.people.models import Scope, Team


@transaction.atomic
def add_team(name: str) -> Team:
    """The team called ``name``, made when there is none."""
    team, _made = Team.objects.get_or_create(name=name)
    Scope.objects.get_or_create(team=team, person=None, territory=None)
    return team
