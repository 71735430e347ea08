"""What is said of an incident: drafts for the authority and for the persons; letters to persons leave through the gate only."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.channels.models import MailAccount
from rapport.consent.purpose import SERVICE
from rapport.consent.write import Draft, write
from rapport.customers.models import Identifier
from rapport.people.models import User
from rapport.privacy.dictionary_declared import models_by_table
from rapport.privacy.incident import Incident, Nature, Notification
from rapport.privacy.incident_decide import note_step

BATCH = 500


def draft_of(incident: Incident, to: str) -> Notification:
    """The draft that is kept, or a first one made of what the register says."""
    kept = incident.notifications.filter(to=to).first()
    if kept:
        return kept
    text = for_authority(incident) if to == Notification.To.AUTHORITY else for_persons(incident)
    subject = (
        _("Notification of a personal data breach under Article 33 of the GDPR")
        if to == Notification.To.AUTHORITY
        else _("What happened to your data")
    )
    return Notification(incident=incident, to=to, subject=subject, text=text)


def for_authority(incident: Incident) -> str:
    """What Article 33 (3) asks for, as far as it is known."""
    count = incident.affected.count()
    persons = ngettext("About %(n)d person.", "About %(n)d persons.", count) % {"n": count}
    when = said(incident.happened_at) if incident.happened_at else _("not known")
    steps = [f"{said(one.at)}: {one.words}" for one in incident.steps.order_by("at", "pk")]
    parts = [
        (_("What happened"), "\n".join(one for one in (incident.title, incident.about) if one)),
        (_("When it happened"), when),
        (_("When we knew of it"), said(incident.aware_at)),
        (_("Nature of the breach"), ", ".join(str(Nature(one).label) for one in incident.nature)),
        (_("Data concerned"), data_of(incident)),
        (_("Persons concerned"), persons),
        (_("Likely consequences"), " ".join((str(incident.get_risk_display()), incident.risk_note)).strip()),
        (_("What was done"), "\n".join(steps)),
        (_("Contact"), str(incident.owner or incident.by or "")),
    ]
    return "\n\n".join(f"{title}\n{text}" for title, text in parts)


def for_persons(incident: Incident) -> str:
    """In plain words, what Article 34 (2) asks for."""
    return "\n\n".join(
        [
            _("Dear Sir or Madam,"),
            _("on %(day)s we learned of the following: %(what)s")
            % {"day": said(incident.aware_at), "what": incident.title},
            _("It concerns these data of yours: %(data)s.") % {"data": data_of(incident)},
            _("What it may mean for you: %(risk)s") % {"risk": incident.risk_note or incident.get_risk_display()},
            _("We are sorry for it. Whoever has questions may answer this letter: %(name)s helps.")
            % {"name": str(incident.owner or incident.by or "")},
        ]
    )


def data_of(incident: Incident) -> str:
    known = models_by_table()
    return ", ".join(str(known[one]._meta.verbose_name) if one in known else one for one in incident.tables)  # noqa: SLF001


def said(when: datetime) -> str:
    return date_format(localtime(when), "DATETIME_FORMAT")


@transaction.atomic
def put_on_their_way(
    incident: Incident, account: MailAccount, *, reader_ids: list[int], by: User, at: datetime
) -> tuple[int, int]:
    """A letter to each of these persons who has an address and none yet; how many, and how many have no address."""
    draft = draft_of(incident, Notification.To.PERSONS)
    waiting = incident.affected.filter(message=None, member__customer__in=reader_ids).select_related("member")
    written = without = 0
    for one in list(waiting.order_by("pk")[:BATCH]):
        address = address_of(one.member.customer_id)
        if not address:
            without += 1
            continue
        letter = Draft(to=(address,), subject=draft.subject, text=draft.text, purpose=SERVICE)
        key = f"incident:{incident.pk}:{one.member_id}"
        one.message = write(letter, account, key=key, member=one.member, by=by, due_at=at, at=at)
        one.save(update_fields=["message"])
        written += 1
    if written:
        words = ngettext("%(n)d letter to the gate.", "%(n)d letters to the gate.", written) % {"n": written}
        note_step(incident, words, by=by, at=at)
    return written, without


def address_of(customer_id: int) -> str:
    """Their own e-mail address before one that others share."""
    held = Identifier.objects.filter(member__customer=customer_id, kind=Identifier.Kind.EMAIL)
    return held.order_by("strength", "pk").values_list("value", flat=True).first() or ""
