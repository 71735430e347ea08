"""By what somebody is reached, and how its addresses are written once and for all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.lib.identifiers import LONGEST_KEY, NotAnIdentifier, normalise
from rapport.timeline.models import ChannelChoice


class Way(models.TextChoices):
    """The kinds of addresses."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    POST = "post", _("Post")


# Channels by which we begin to speak, each with the kind of address that it needs: a number is called and texted.
WAY_OF = {
    ChannelChoice.EMAIL.value: Way.EMAIL,
    ChannelChoice.PHONE.value: Way.PHONE,
    ChannelChoice.SMS.value: Way.PHONE,
    ChannelChoice.POST.value: Way.POST,
}
CHANNELS = [(name, ChannelChoice(name).label) for name in WAY_OF]


def keyed(address: str, way: str = Way.EMAIL) -> tuple[str, str]:
    """The normal form of an address and the address as written. Raises NotAnIdentifier."""
    if way == Way.POST:
        written = " ".join(address.replace("\x00", "").split())
        if not written or len(written) > LONGEST_KEY:
            raise NotAnIdentifier("empty or too long")
        return written.casefold()[:LONGEST_KEY], written
    identity = normalise(way, address)
    return identity.key, identity.value


def key_of(address: str, way: str = Way.EMAIL) -> str | None:
    """The normal form of an address; None when it is none."""
    try:
        return keyed(address, way)[0]
    except NotAnIdentifier:
        return None
