"""Find a colleague's extension, or begin one."""

from rapport.people.models import User
from rapport.telephony.models import Extension


def extension_of(user: User) -> Extension:
    return Extension.objects.filter(user=user).first() or Extension(user=user)
