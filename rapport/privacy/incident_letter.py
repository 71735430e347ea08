"""What is said of an incident: drafts for the authority and for the persons; letters to persons leave through the gate only."""

from datetime import datetime
from time import monotonic

from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.consent.purpose import SERVICE
from rapport.consent.write import Draft, write
from rapport.customers.models import Customer, Identifier
from rapport.people.models import User
from rapport.privacy.dictionary_declared import models_by_table
from rapport.privacy.incident import Affected, Incident, Nature, Notification
from rapport.privacy.incident_decide import note_step
from rapport.privacy.incident_mailing import Mailing

BATCH = 200


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
    """In plain words, what Article 34 (2) asks for; what nobody has weighed yet is not said."""
    risk = incident.risk_note or (str(incident.get_risk_display()) if incident.risk else "")
    parts = [
        _("Dear Sir or Madam,"),
        _("on %(day)s we learned of the following: %(what)s")
        % {"day": said(incident.aware_at), "what": incident.title},
        _("It concerns these data of yours: %(data)s.") % {"data": data_of(incident)},
        _("What it may mean for you: %(risk)s") % {"risk": risk} if risk else "",
        _("We are sorry for it. Whoever has questions may answer this letter: %(name)s helps.")
        % {"name": str(incident.owner or incident.by or "")},
    ]
    return "\n\n".join(filter(None, parts))


def data_of(incident: Incident) -> str:
    known = models_by_table()
    return ", ".join(str(known[one]._meta.verbose_name) if one in known else one for one in incident.tables)  # noqa: SLF001


def said(when: datetime) -> str:
    return date_format(localtime(when), "DATETIME_FORMAT")


def waiting(incident: Incident, *, reader: User) -> "models.QuerySet[Affected]":
    """Whom it concerns and who was not written to yet, as far as ``reader`` may see them."""
    seen = Customer.objects.visible_to(reader).values("pk")
    return incident.affected.filter(message=None, member__customer__in=seen).order_by("pk")


def put_on_their_way(mailing_id: int, *, spell: float) -> bool:
    """A letter to each of them who has an address, batch by batch; whether there is more to do after ``spell`` seconds."""
    began = monotonic()
    while put_batch_on_its_way(mailing_id, at=timezone.now()):
        if monotonic() - began > spell:
            return True
    return False


@transaction.atomic
def put_batch_on_its_way(mailing_id: int, *, at: datetime) -> bool:
    """Whether there may be more. A batch that was cut off is as if it had never been begun."""
    mailing = (
        Mailing.objects.select_for_update(of=("self",)).select_related("incident", "account", "by").get(pk=mailing_id)
    )
    if mailing.ended_at:
        return False
    batch = list(
        waiting(mailing.incident, reader=mailing.by).filter(pk__gt=mailing.reached).select_related("member")[:BATCH]
    )
    for one in batch:
        write_to(one, mailing, at=at)
    mailing.reached = batch[-1].pk if batch else mailing.reached
    if len(batch) < BATCH:
        mailing.ended_at = at
        count = mailing.written
        words = ngettext("%(n)d letter to the gate.", "%(n)d letters to the gate.", count) % {"n": count}
        note_step(mailing.incident, words, by=mailing.by, at=at)
    mailing.save(update_fields=["reached", "written", "without", "ended_at"])
    return mailing.ended_at is None


def write_to(one: Affected, mailing: Mailing, *, at: datetime) -> None:
    """One letter to a person, also when several of their records are concerned, or became theirs since by a merge."""
    same = mailing.incident.affected.filter(member__customer=one.member.customer_id).exclude(message=None).first()
    if same:
        one.message = same.message
        one.save(update_fields=["message"])
        return
    address = address_of(one.member.customer_id)
    if not address:
        mailing.without += 1
        return
    letter = Draft(to=(address,), subject=mailing.subject, text=mailing.text, purpose=SERVICE)
    key = f"incident:{mailing.incident_id}:{one.member_id}"
    one.message = write(letter, mailing.account, key=key, member=one.member, by=mailing.by, due_at=at, at=at)
    one.save(update_fields=["message"])
    mailing.written += 1


def address_of(customer_id: int) -> str:
    """Their own e-mail address before one that others share."""
    held = Identifier.objects.filter(member__customer=customer_id, kind=Identifier.Kind.EMAIL)
    return held.order_by("strength", "pk").values_list("value", flat=True).first() or ""
