"""What stands below mail that nobody wrote by hand: why it came, and how to end it."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from rapport.consent.confirm import language_of
from rapport.consent.links import Link, What
from rapport.consent.models import Message
from rapport.consent.purpose import CORRESPONDENCE


@dataclass(frozen=True)
class Foot:
    """For the text, for the HTML, and the address where one click ends it."""

    text: str = ""
    html: str = ""
    unsubscribe: str = ""


def foot_of(message: Message) -> Foot:
    """None for letters of one person to another, and for what can't be refused; such mail goes to one address only."""
    purpose = message.purpose
    if purpose is None or not purpose.may_be_refused or purpose.code == CORRESPONDENCE:
        return Foot()
    link = Link(What.CHOOSE, message.channel, message.recipients[0], purpose.pk)
    stop, choose = link.address_of("unsubscribe"), link.address_of("preferences")
    with translation.override(language_of(message.member)):
        why = _("You get this at %(address)s for “%(purpose)s”.") % {"address": link.address, "purpose": purpose}
        ends, all_of_it = _("Unsubscribe"), _("All you get from us")
        text = f"\n\n-- \n{why}\n{ends}: {stop}\n{all_of_it}: {choose}\n"
        html = format_html(
            '<hr><p>{}<br><a href="{}">{}</a> · <a href="{}">{}</a></p>', why, stop, ends, choose, all_of_it
        )
    return Foot(text, html if message.html else "", stop)
