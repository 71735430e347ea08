"""The columns in which a file tells what customers agreed to."""

from django.utils.translation import gettext_lazy as _

from rapport.imports.agreed import CHANNEL, EVIDENCE, PREFIX, SOURCE, WHEN, askable
from rapport.imports.field import Field, field


def agreements() -> tuple[Field, ...]:
    """What people agreed to. Nobody's yes is guessed from a heading: these columns are mapped by hand only."""
    purposes = askable()
    if not purposes:
        return ()
    return (
        *(
            field(f"{PREFIX}{one.code}{end}", label % {"purpose": one})
            for one in purposes
            for end, label in (("", _("Consent to %(purpose)s")), (WHEN, _("Consent to %(purpose)s: when")))
        ),
        field(SOURCE, _("Consents: source")),
        field(EVIDENCE, _("Consents: evidence")),
        field(CHANNEL, _("Consents: channel")),
    )
