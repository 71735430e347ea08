"""Answer why a row is not here: what became of it in every import that spoke of it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.imports.models import State
from rapport.imports.where import Found, whereabouts
from rapport.people.models import User
from rapport.ui.why import Cause

MOST = 8


def why_row(words: str, reader: User) -> list[Cause]:
    """The rows with the address, number or id in ``words``, the newest import first."""
    return [caused(one) for one in whereabouts(words, reader=reader)[:MOST]]


def caused(one: Found) -> Cause:
    about = _("%(file)s, row %(row)s") % {"file": one.run.file_name, "row": one.number}
    texts = [str(one.became)]
    if one.customer:
        texts.append(_("It is here: %(name)s.") % {"name": one.customer})
    if one.run.state == State.REVERTED:
        texts.append(_("The import was taken back."))
    text = " ".join(said if said.endswith(".") else f"{said}." for said in texts)
    return Cause(text[:1].upper() + text[1:], reverse("imports:run", args=[one.run.pk]), one.run.created_at, about)
