"""What shows where: the panels of each page that has slots."""

from django.utils.translation import gettext_lazy as _

from rapport.accounts.listing import PLAN_LIST
from rapport.accounts.plans_with import known_with as plans_known
from rapport.accounts.plans_with import plans_with
from rapport.accounts.touch import by_plans
from rapport.agenda.listed import AGENDA_MORE
from rapport.agenda.listing import TASK_LIST
from rapport.agenda.pin_view import PINNED
from rapport.agenda.touch import by_tasks
from rapport.bulk.records import RECORDS
from rapport.calendars.planned import meetings_with, planned_with
from rapport.calendars.touch import by_meetings
from rapport.calendars.why import why_entry
from rapport.catalogue.listing import PRODUCT_LIST
from rapport.changes.recent import of_customer
from rapport.consent.card import card_of
from rapport.consent.listed import CONSENT_MORE
from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.rescope import rescope
from rapport.customers.trash_listing import TRASH_LIST
from rapport.customers.wish_panel import wish_panel
from rapport.handovers.of_deal import handovers_with, on_lines
from rapport.handovers.of_deal import of_deal as handovers_of_deal
from rapport.handovers.of_deal import open_first as handovers_open
from rapport.handovers.touch import by_handovers
from rapport.identity.listed import IDENTITY_MORE
from rapport.identity.why import why_customer
from rapport.imports.why import why_row
from rapport.journal.models import Fact
from rapport.letters.latest import latest_of
from rapport.letters.replies import replies_of
from rapport.letters.touch import by_consents, by_messages, by_suppressions
from rapport.mail.look import explain
from rapport.mail.read import letters_of
from rapport.migration.whole import whole
from rapport.notices.read import open_with, reminders_with, waiting_for
from rapport.notices.touch import by_notices, by_reminders
from rapport.oversight.look import may_look, oversees
from rapport.oversight.why import seen_by
from rapport.oversight.work import left_by_leavers
from rapport.people.beside import PersonDoor, Tab
from rapport.privacy.desk_card import card_of as privacy_of
from rapport.profile.evidence import said_by
from rapport.profile.history import history_of
from rapport.profile.panel import Panel, Side
from rapport.profile.relatives import Relatives
from rapport.profile.worth import (
    conditions_of,
    figures_with,
    habits_of,
    holding,
    tallies_with,
    worth_of,
)
from rapport.quotes.agreement_listing import AGREEMENT_LIST
from rapport.quotes.listing import QUOTE_LIST
from rapport.quotes.of_deal import agreements_with, quotes_with
from rapport.quotes.of_deal import of_deal as quotes_of_deal
from rapport.quotes.of_deal import open_first as quotes_open
from rapport.quotes.touch import by_quotes
from rapport.rules.read import acts_with, reasons_with
from rapport.sales.beside_deal import BesideDeal
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.deals_with import known_with as deals_known
from rapport.sales.deals_with import open_with as deals_with
from rapport.sales.lead_listing import LEAD_LIST
from rapport.sales.leads_with import known_with as leads_known
from rapport.sales.leads_with import leads_of, leads_with
from rapport.sales.listed import SALES_MORE
from rapport.sales.listing import ORDER_LIST
from rapport.sales.looks import Look
from rapport.sales.touch import by_deals, by_leads
from rapport.sequences.read import known_with, with_customer
from rapport.telephony.touch import by_calls
from rapport.timeline.beside import Beside
from rapport.timeline.listed import TIMELINE_MORE
from rapport.timeline.listing import INTERACTION_LIST
from rapport.timeline.live import Touch
from rapport.timeline.touch import by_customers, by_interactions
from rapport.timeline.why import why_unassigned
from rapport.ui.why import Explainer

LIVE = (
    Touch(
        frozenset({Fact.CUSTOMERS_CREATED, Fact.CUSTOMERS_CHANGED, Fact.CUSTOMERS_MERGED, Fact.CUSTOMERS_PARTED}),
        by_customers,
    ),
    Touch(
        frozenset({Fact.INTERACTIONS_RECEIVED, Fact.INTERACTIONS_CORRECTED, Fact.INTERACTIONS_ASSIGNED}),
        by_interactions,
    ),
    Touch(frozenset({Fact.TASKS_CHANGED}), by_tasks),
    Touch(frozenset({Fact.DEALS_CHANGED}), by_deals),
    Touch(frozenset({Fact.LEADS_CHANGED}), by_leads),
    Touch(frozenset({Fact.QUOTES_CHANGED}), by_quotes),
    Touch(frozenset({Fact.PLANS_CHANGED}), by_plans),
    Touch(frozenset({Fact.HANDOVERS_CHANGED}), by_handovers),
    Touch(frozenset({Fact.MEETINGS_CHANGED}), by_meetings),
    Touch(frozenset({Fact.CALLS_CHANGED}), by_calls),
    Touch(
        frozenset({Fact.MESSAGES_WRITTEN, Fact.MESSAGES_LAID, Fact.MESSAGES_SENT, Fact.MESSAGES_STOPPED}), by_messages
    ),
    Touch(frozenset({Fact.SUPPRESSIONS_CHANGED}), by_suppressions),
    Touch(frozenset({Fact.CONSENTS_CHANGED}), by_consents),
    Touch(frozenset({Fact.NOTICES_ARRIVED}), by_notices),
    Touch(frozenset({Fact.REMINDERS_CHANGED, Fact.REMINDERS_RUNG}), by_reminders),
)
WHY = (
    Explainer(_("Customers"), "address-book", "customers.view_customer", why_customer),
    Explainer(_("Waiting for a customer"), "user-question", "timeline.view_interaction", why_unassigned),
    Explainer(_("Mail"), "mailbox", "mail.keep_mailbox", explain),
    Explainer(_("Imports"), "file-import", "imports.view_import", why_row),
    Explainer(_("Calendars"), "calendar-event", "calendars.bring_calendar", why_entry),
)
PERSON = (
    PersonDoor(_("Work to hand over"), "user-share", "oversight:handover", "people.change_user"),
    PersonDoor(
        _("What they see, and why"), "eye-question", "oversight:person_sees", "people.oversee_team", fits=oversees
    ),
    PersonDoor(_("See pages as they do"), "eye", "oversight:look", "people.oversee_team", posts=True, fits=may_look),
)
PEOPLE_TABS = (
    Tab("territories", _("Territories"), "oversight:territories", "people.change_user"),
    Tab("leavers", _("Leavers"), "oversight:leavers", "people.change_user"),
)
PANELS: dict[str, object] = {
    "live": LIVE,
    "why": WHY,
    "whole": (whole,),
    "rows changed": (rescope,),
    "person": PERSON,
    "people tabs": PEOPLE_TABS,
    "left behind": left_by_leavers,
    "lists": (
        *(CUSTOMER_LIST, INTERACTION_LIST, TASK_LIST, LEAD_LIST, DEAL_LIST, QUOTE_LIST),
        *(AGREEMENT_LIST, PLAN_LIST, ORDER_LIST, PRODUCT_LIST),
        TRASH_LIST,
    ),
    "list of customers": (TIMELINE_MORE, SALES_MORE, AGENDA_MORE, CONSENT_MORE, IDENTITY_MORE),
    "pinned views": (PINNED,),
    "deeds": {name: records.deeds for name, records in RECORDS.items()},
    "deal": (
        BesideDeal("quotes.view_quote", quotes_of_deal, "quotes/beside_deal.html"),
        BesideDeal("handovers.view_handover", handovers_of_deal, "handovers/beside_deal.html"),
    ),
    "looks at deals": (Look("visits:map", _("Map"), icon="map-2"),),
    "line": (
        Beside("email", "mail.view_mail", letters_of, "mail/line.html", alone=True),
        Beside("email", "letters.write_letter", replies_of, "letters/line.html"),
        Beside("", "sales.change_lead", leads_of, "sales/lead_beside.html"),
        Beside("system", "handovers.view_handover", on_lines, "handovers/line.html", alone=True),
        Beside("", "notices.set_reminder", waiting_for, "notices/beside.html", alone=True),
    ),
    "customer": (
        # The organisation's own fields; those of a group stand behind them on a card of their own.
        Panel(
            "more",
            _("More details"),
            Side.WHO,
            "customers.view_customer",
            lambda about: about.more(),
            "profile/more.html",
        ),
        Panel(
            "relatives",
            _("Relationships"),
            Side.WHO,
            "customers.view_customer",
            lambda about: Relatives(about.relatives),
            "profile/relatives.html",
            corner="profile/relatives_corner.html",
        ),
        Panel(
            "wishes",
            _("Preferences"),
            Side.WHO,
            "customers.view_customer",
            lambda about: wish_panel(about.said, reader=about.reader, at=about.at),
            "customers/wishes.html",
            late=True,
            lines=3,
            keeps=True,
        ),
        Panel(
            "consents",
            _("Consents"),
            Side.WHO,
            "consent.view_consent",
            lambda about: card_of(about.member_ids, reader=about.reader, at=about.at),
            "consent/card.html",
            lazy=True,
        ),
        Panel(
            "messages",
            _("Sent and not sent"),
            Side.NOW,
            "letters.view_message",
            lambda about: latest_of(about.member_ids, reader=about.reader),
            "letters/latest.html",
            lazy=True,
        ),
        Panel(
            "sources",
            _("Sources"),
            Side.WHO,
            "customers.view_customer",
            lambda about: said_by(about.customer, about.records, reader=about.reader),
            "profile/sources.html",
            lazy=True,
        ),
        Panel(
            "history",
            _("History of this record"),
            Side.WHO,
            "customers.view_customer",
            history_of,
            "profile/history.html",
            lazy=True,
            corner="trail/corner.html",
        ),
        Panel(
            "readers",
            _("Who sees this"),
            Side.WHO,
            "people.oversee_team",
            lambda about: seen_by(about.customer),
            "oversight/card.html",
            lazy=True,
        ),
        Panel(
            "changes",
            _("To take back"),
            Side.WHO,
            "changes.view_change",
            lambda about: of_customer(about.member_ids, reader=about.reader, at=about.at),
            "changes/panel.html",
            lazy=True,
        ),
        Panel(
            "meetings",
            _("Planned"),
            Side.NOW,
            "calendars.view_meeting",
            lambda about: planned_with(about.member_ids, reader=about.reader, at=about.at),
            "calendars/planned.html",
            there=lambda about: [meetings_with(about.member_ids, reader=about.reader, at=about.at)],
        ),
        Panel(
            "tasks",
            _("Open now"),
            Side.NOW,
            "agenda.view_task",
            lambda about: about.tasks,
            "agenda/open.html",
        ),
        Panel(
            "leads",
            _("Leads"),
            Side.NOW,
            "sales.view_lead",
            lambda about: leads_with(about.member_ids, reader=about.reader, at=about.at),
            "sales/lead_panel.html",
            late=True,
            lines=3,
            there=lambda about: [leads_known(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "deals",
            _("Deals"),
            Side.NOW,
            "sales.view_deal",
            lambda about: deals_with(about.member_ids, reader=about.reader, at=about.at),
            "sales/panel.html",
            corner="sales/panel_corner.html",
            late=True,
            lines=3,
            there=lambda about: [deals_known(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "plans",
            _("Account plan"),
            Side.NOW,
            "accounts.view_plan",
            lambda about: plans_with(about.member_ids, reader=about.reader, at=about.at),
            "accounts/panel.html",
            corner="accounts/panel_corner.html",
            late=True,
            lines=3,
            there=lambda about: [plans_known(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "quotes",
            _("Quotes"),
            Side.NOW,
            "quotes.view_quote",
            lambda about: quotes_open(about.member_ids, reader=about.reader),
            "quotes/panel.html",
            late=True,
            lines=3,
            there=lambda about: [quotes_with(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "handovers",
            _("Hand-overs"),
            Side.NOW,
            "handovers.view_handover",
            lambda about: handovers_open(about.member_ids, reader=about.reader, at=about.at),
            "handovers/panel.html",
            late=True,
            lines=3,
            there=lambda about: [handovers_with(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "agreements",
            _("Billed again and again"),
            Side.NOW,
            "quotes.view_quote",
            lambda about: list(agreements_with(about.member_ids, reader=about.reader, today=about.at.date())[:6]),
            "quotes/agreements_panel.html",
            late=True,
            lines=3,
            there=lambda about: [agreements_with(about.member_ids, reader=about.reader, today=about.at.date())],
        ),
        Panel(
            "sequences",
            _("Sequences"),
            Side.NOW,
            "letters.write_letter",
            lambda about: with_customer(about.member_ids, reader=about.reader),
            "sequences/panel.html",
            late=True,
            lines=3,
            there=lambda about: known_with(about.member_ids, reader=about.reader),
        ),
        Panel(
            "reminders",
            _("Reminders"),
            Side.NOW,
            "notices.set_reminder",
            lambda about: reminders_with(about.member_ids, reader=about.reader),
            "notices/panel.html",
            late=True,
            there=lambda about: [open_with(about.member_ids, reader=about.reader)],
        ),
        Panel(
            "conditions",
            _("Good to know"),
            Side.NOW,
            "customers.view_customer",
            lambda about: conditions_of(about.customer.pk),
            "profile/conditions.html",
            there=lambda about: [holding(about.customer.pk)],
        ),
        Panel(
            "privacy",
            _("Privacy"),
            Side.WHO,
            "privacy.note_request",
            lambda about: privacy_of(about.customer.pk, reader=about.reader),
            "privacy/card.html",
            lazy=True,
        ),
        Panel(
            "rules",
            _("Done by rules"),
            Side.NOW,
            "customers.view_customer",
            lambda about: reasons_with(about.customer, about.reader),
            "rules/panel.html",
            late=True,
            lines=3,
            there=lambda about: [acts_with(about.customer, about.reader)],
        ),
        Panel(
            "worth",
            _("Worth"),
            Side.NOW,
            "sales.view_order",
            lambda about: worth_of(about.customer.pk, about.member_ids, at=about.at),
            "profile/worth.html",
            late=True,
            lines=5,
            there=lambda about: figures_with(about.customer.pk, about.member_ids),
        ),
        Panel(
            "habits",
            _("In touch by"),
            Side.NOW,
            "timeline.view_interaction",
            lambda about: habits_of(about.tallies),
            "profile/habits.html",
            late=True,
            lines=4,
            there=lambda about: [tallies_with(about.member_ids)],
        ),
    ),
}
