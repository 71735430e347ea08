"""Find the colleague about whom an administrator decides."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from rapport.people.access import SignedInRequest
from rapport.people.change_user import may_give
from rapport.people.models import User


def governed(request: SignedInRequest, user_id: int) -> User:
    """The colleague, if the reader may decide about them; whoever has more than the reader is out of reach (403)."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("team"), pk=user_id)
    if not may_give(request.user, person.roles):
        raise PermissionDenied
    return person
