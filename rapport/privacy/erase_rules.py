"""What is erased where: for each table on the way from a person to their data, what goes, what is emptied, what stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Goes:
    """Rows that go as a whole. ``by``: lookup → whose ids."""

    table: str
    by: Mapping[str, str]


@dataclass(frozen=True)
class Emptied:
    """Rows that stay so that numbers add up, without their words."""

    table: str
    by: Mapping[str, str]
    to: Mapping[str, Any] = field(default_factory=dict)


Rule = Goes | Emptied
ERASED_ID = Concat(Value("erased "), F("pk"))
NO_ADDRESS = dict.fromkeys(("street", "postcode", "city", "region", "country"), "")
# In this order: what hangs on a row goes before it.
RULES: tuple[Rule, ...] = (
    Goes("journal.change", {"customer_ids__overlap": "customers"}),
    Goes("notices.notice", {"member": "members"}),
    Goes("notices.notice", {"interaction": "alone"}),
    Goes("notices.notice", {"task__member": "members"}),
    Goes("notices.notice", {"reminder__member": "members"}),
    Goes("notices.notice", {"reminder__interaction": "alone"}),
    Goes("notices.notice", {"reminder__task__member": "members"}),
    Goes("notices.notice", {"reminder__meeting": "meetings"}),
    Goes("notices.reminder", {"member": "members"}),
    Goes("notices.reminder", {"interaction": "alone"}),
    Goes("notices.reminder", {"task__member": "members"}),
    Goes("notices.reminder", {"meeting": "meetings"}),
    Goes("notices.follow", {"member": "members"}),
    Goes("agenda.taskevent", {"member": "members"}),
    Goes("agenda.task", {"member": "members"}),
    Goes("agenda.recent", {"customer": "customers"}),
    Goes("agenda.pin", {"member": "members"}),
    Emptied("rules.run", {"acts__customer": "customers"}, {"back": {}}),
    Goes("rules.act", {"customer": "customers"}),
    Goes("web.submission", {"member": "members"}),
    Goes("web.submission", {"interaction": "alone"}),
    Goes("web.beacon", {"visitor": "visitors"}),
    Goes("web.visit", {"browser__member": "members"}),
    Goes("web.visit", {"member": "members"}),
    Goes("web.browser", {"member": "members"}),
    Goes("telephony.call", {"member": "members"}),
    Goes("telephony.call", {"interaction": "alone"}),
    Goes("search.interactiontext", {"interaction": "alone"}),
    Goes("mail.attachment", {"mail": "alone"}),
    Emptied("mail.mail", {"interaction": "alone"}, {"message_id": "", "sender": "", "whole": "", "html": ""}),
    Emptied(
        "mail.ledgerline",
        {"interaction": "alone"},
        {"message_id": "", "addresses": [], "sender": "", "subject": ""},
    ),
    Emptied("mail.thread", {"pk": "threads"}, {"subject_key": "", "people": []}),
    Goes("mail.reference", {"thread": "threads"}),
    Goes("visits.spotevent", {"member": "members"}),
    Goes("visits.spot", {"member": "members"}),
    Goes("sequences.done", {"course__member": "members"}),
    Goes("sequences.course", {"member": "members"}),
    Goes("bookings.booking", {"member": "members"}),
    Goes("bookings.booking", {"meeting": "meetings"}),
    Goes("calendars.busytime", {"entry__meeting": "meetings"}),
    Emptied("calendars.ownentry", {"meeting": "meetings"}, {"agreed": {}, "clash": {}, "uid": ERASED_ID}),
    Goes("calendars.meetingevent", {"pgh_obj": "meetings"}),
    Goes("calendars.readingline", {"meeting": "meetings"}),
    Emptied("calendars.origin", {"meeting": "meetings"}, {"digest": ""}),
    Emptied(
        "calendars.meeting",
        {"pk": "meetings"},
        {"title": "", "place": "", "note": "", "result": "", "uid": ERASED_ID},
    ),
    Goes("consent.enclosure", {"message__member": "members"}),
    Goes("consent.decision", {"message__member": "members"}),
    Goes("consent.return", {"message__member": "members"}),
    Goes("consent.message", {"member": "members"}),
    Goes("timeline.superseded", {"interaction": "alone"}),
    Emptied("timeline.receipt", {"interaction": "alone"}, {"external_id": ERASED_ID, "content": b""}),
    Emptied("timeline.participation", {"member": "members"}, {"clue_value": ""}),
    Emptied("timeline.participation", {"interaction": "alone"}, {"clue_value": ""}),
    Emptied("timeline.interaction", {"pk": "alone"}, {"subject": "", "text": "", "touchpoint": "", "data": {}}),
    Emptied("sales.delivery", {"line__order__member": "members"}, {"note": ""}),
    Emptied("sales.orderline", {"order__member": "members"}, {"data": {}}),
    Goes("handovers.handoverevent", {"deal__member": "members"}),
    Goes("handovers.answerevent", {"handover__deal__member": "members"}),
    Emptied("handovers.answer", {"handover__deal__member": "members"}, {"text": ""}),
    Emptied("handovers.step", {"handover__deal__member": "members"}, {"words": ""}),
    Goes("quotes.agreementevent", {"member": "members"}),
    Goes("quotes.agreement", {"member": "members"}),
    Goes("quotes.answer", {"quote__deal__member": "members"}),
    Emptied("quotes.approval", {"quote__deal__member": "members"}, {"why": "", "said": ""}),
    Emptied("quotes.quoteline", {"quote__deal__member": "members"}, {"name": "–", "description": ""}),
    Goes("quotes.quoteevent", {"deal__member": "members"}),
    Emptied(
        "quotes.quote",
        {"deal__member": "members"},
        {"note": "", "terms": "", "document": None, "message": None, "link_key": ""},
    ),
    Goes("accounts.aimevent", {"plan__member": "members"}),
    Goes("accounts.aimevent", {"member": "members"}),
    Goes("accounts.aim", {"plan__member": "members"}),
    Goes("accounts.aim", {"member": "members"}),
    Emptied("accounts.aim", {"deal__member": "members"}, {"note": ""}),
    Goes("accounts.stakeholderevent", {"plan__member": "members"}),
    Goes("accounts.stakeholderevent", {"member": "members"}),
    Goes("accounts.stakeholder", {"plan__member": "members"}),
    Goes("accounts.stakeholder", {"member": "members"}),
    Goes("accounts.goalevent", {"plan__member": "members"}),
    Goes("accounts.goal", {"plan__member": "members"}),
    Goes("accounts.riskevent", {"plan__member": "members"}),
    Goes("accounts.risk", {"plan__member": "members"}),
    Goes("accounts.planevent", {"member": "members"}),
    Goes("accounts.plan", {"member": "members"}),
    Goes("sales.deallineevent", {"deal__member": "members"}),
    Goes("sales.rivalevent", {"deal__member": "members"}),
    Emptied("sales.dealline", {"deal__member": "members"}, {"name": "–"}),
    Goes("sales.leadevent", {"member": "members"}),
    Emptied("sales.leadstep", {"lead__member": "members"}, {"words": ""}),
    Emptied(
        "sales.lead",
        {"member": "members"},
        {"wish": ERASED_ID, "called": "", "said": ""},
    ),
    Goes("sales.outlookevent", {"deal__member": "members"}),
    Goes("sales.dealevent", {"member": "members"}),
    Emptied(
        "sales.deal",
        {"member": "members"},
        {"name": ERASED_ID, "next_step": "", "said": "", "source": "", "external_id": "", "told": {}},
    ),
    Goes("identity.pair", {"one": "members"}),
    Goes("identity.pair", {"other": "members"}),
    Emptied("identity.merge", {"survivor": "customers"}, {"choices": {}}),
    Emptied("identity.merge", {"absorbed": "customers"}, {"choices": {}}),
    Goes("customers.nameuse", {"customer": "customers"}),
    Goes("customers.preference", {"member": "members"}),
    Goes("customers.relationshipevent", {"member": "members"}),
    Goes("customers.relationshipevent", {"other": "members"}),
    Goes("customers.relationship", {"member": "members"}),
    Goes("customers.relationship", {"other": "members"}),
    Goes("customers.addressevent", {"member": "members"}),
    Goes("customers.address", {"member": "members"}),
    Goes("customers.identifierevent", {"member": "members"}),
    Goes("customers.identifier", {"member": "members"}),
    Goes("customers.sourcerecord", {"member": "members"}),
    Goes("customers.figure", {"customer": "customers"}),
    Goes("privacy.holdevent", {"customer": "customers"}),
    Goes("customers.conditionevent", {"customer": "customers"}),
    Emptied("privacy.hold", {"customer": "customers"}, {"reason": "", "ended_why": ""}),
    Emptied("customers.condition", {"customer": "customers"}, {"evidence": ""}),
    Emptied("privacy.request", {"customer": "customers"}, {"who": "", "contact": "", "words": "", "checked_how": ""}),
    Emptied("privacy.step", {"request__customer": "customers"}, {"words": ""}),
    Goes("customers.customerevent", {"pgh_obj": "customers"}),
    Goes("customers.trashed", {"customer": "customers"}),
    Emptied(
        "customers.customer",
        {"pk": "customers"},
        {
            **NO_ADDRESS,
            **dict.fromkeys(("first_name", "last_name", "language", "time_zone", "website"), ""),
            "name": ERASED_ID,
            "sort_key": ERASED_ID,
            "fold_key": ERASED_ID,
            "tags": [],
            "extra": {},
            "lineage": {},
            "last_contact_at": None,
        },
    ),
)
# Tables on the way to a person of which rows stay as they are, and on what ground.
STAYS = {
    "customers.member": _("The link on which counts hang; it holds no value."),
    "timeline.tally": _("How many interactions there were: a number."),
    "timeline.spend": _("How much was spent: a number that must add up."),
    "sales.order": _("Orders are kept as the law of bookkeeping asks, without a name: number, day and amount."),
    "sales.outlook": _("Whether somebody counted on a deal, without a name."),
    "sales.standing": _("How a deal stood on each day, without a name: forecasts are compared with it."),
    "sales.rival": _("Against whom a deal was won or lost, without a name: the market is read from it."),
    "sales.billing": _("Whether orders were paid, as the law of bookkeeping asks, without a name."),
    "handovers.handover": _("To whom a deal was handed over and when, without a name: how long it took is counted."),
    "sales.move": _("Through which stages a deal went, without a name: forecasts are learned from it."),
    "calendars.guest": _("That somebody took part, so that the number of guests is right."),
    "calendars.host": _("Which colleague took part."),
    "visits.report": _("That a visit was reported, and when; its words go with the meeting."),
    "privacy.affected": _("That an incident concerned a record: how many there were must be right."),
    "privacy.pack": _("That a pack was handed out; its file goes."),
    "privacy.erasure": _("The proof of the erasure."),
}
# Tables that `erase_rows` sees to by values rather than by references.
BY_VALUE = ("consent.suppression", "consent.lift", "consent.consent", "webhooks.delivery", "webhooks.arrival")
