"""What goes into a pack: every table on the way to a person, or the reason why it is left out."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from rapport.privacy.erase_rules import RULES

# Tables of which an erasure keeps rows, and interactions in which others took part: how theirs are found.
FURTHER: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("customers.member", {"pk": "members"}),
    ("timeline.tally", {"member": "members"}),
    ("timeline.spend", {"member": "members"}),
    ("timeline.interaction", {"pk": "shared"}),
    ("mail.mail", {"interaction": "shared"}),
    ("sales.order", {"member": "members"}),
    ("sales.billing", {"order__member": "members"}),
    ("sales.move", {"deal__member": "members"}),
    ("sales.rival", {"deal__member": "members"}),
    ("handovers.handover", {"deal__member": "members"}),
    ("sales.outlook", {"deal__member": "members"}),
    ("sales.standing", {"deal__member": "members"}),
    ("calendars.guest", {"member": "members"}),
    ("visits.report", {"meeting": "meetings"}),
    ("privacy.affected", {"member": "members"}),
    ("audit.reading", {"customer_ids__overlap": "customers"}),
)
INTERNAL = _("How a colleague works; it says nothing of the person beyond what stands elsewhere in the pack.")
COMPUTED = _("Computed from what stands elsewhere in the pack, to find it faster.")
LEFT_OUT = {
    "agenda.recent": INTERNAL,
    "agenda.pin": INTERNAL,
    "notices.notice": INTERNAL,
    "notices.reminder": INTERNAL,
    "notices.follow": INTERNAL,
    "calendars.host": INTERNAL,
    "calendars.origin": INTERNAL,
    "calendars.readingline": INTERNAL,
    "calendars.ownentry": INTERNAL,
    "calendars.busytime": INTERNAL,
    "customers.nameuse": COMPUTED,
    "search.interactiontext": COMPUTED,
    "identity.pair": _("A guess that two records are one: it names somebody else as well."),
    "timeline.receipt": COMPUTED,
    "mail.thread": _("Who else wrote in a thread is others' data."),
    "mail.reference": COMPUTED,
    "mail.ledgerline": COMPUTED,
    "journal.change": _("Ways back of changes; what they changed stands in the histories."),
    "rules.run": INTERNAL,
    "web.beacon": COMPUTED,
    "customers.trashed": INTERNAL,
    "privacy.pack": _("About packs like this one."),
    "privacy.erasure": _("None is done while there is a pack."),
    "consent.lift": _("Stands beside the suppression that it ended."),
    "webhooks.delivery": _("What other systems were told repeats what stands elsewhere in the pack."),
    "webhooks.arrival": _("What other systems sent stands in the pack as the records that it became."),
}


def lookups() -> dict[str, list[Mapping[str, str]]]:
    """Table → the ways to a person's rows in it, of all tables that go into a pack."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for table, by in (*((rule.table, rule.by) for rule in RULES), *FURTHER):
        if table not in LEFT_OUT:
            found.setdefault(table, []).append(by)
    return found
