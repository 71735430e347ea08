"""What the built-in roles may do: one table, read from top to bottom, and beside it what protects people's data."""

from enum import StrEnum
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BuiltIn(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    PROTECTOR = "data-protection", _("Data protection officer")
    AGENT = "agent", _("Agent")
    READER = "reader", _("Reader")


class Area(StrEnum):
    """The least role that a permission asks for."""

    READ = "reader"
    WORK = "agent"
    STEER = "manager"
    RULE = "administrator"


PERMISSIONS: dict[str, Area] = {
    "home.view_day": Area.READ,
    "customers.view_customer": Area.READ,
    "customers.add_customer": Area.WORK,
    "customers.change_customer": Area.WORK,
    "customers.delete_customer": Area.STEER,
    "customers.export_customer": Area.STEER,
    "customers.see_sensitive": Area.STEER,
    "customers.see_special": Area.RULE,
    "timeline.view_interaction": Area.READ,
    "timeline.add_interaction": Area.WORK,
    "timeline.assign_interaction": Area.WORK,
    "identity.merge_customer": Area.WORK,
    "identity.compare_all": Area.RULE,
    "agenda.view_task": Area.READ,
    "agenda.change_task": Area.WORK,
    "agenda.delete_task": Area.STEER,
    "agenda.keep_pin": Area.READ,
    "notices.view_notice": Area.READ,
    "notices.follow_customer": Area.READ,
    "notices.set_reminder": Area.READ,
    "quotes.view_quote": Area.READ,
    "quotes.change_quote": Area.WORK,
    "quotes.change_limit": Area.RULE,
    "handovers.view_handover": Area.READ,
    "handovers.change_handover": Area.WORK,
    "handovers.change_plan": Area.STEER,
    "catalogue.view_product": Area.READ,
    "catalogue.change_product": Area.STEER,
    "catalogue.change_price": Area.STEER,
    "sales.view_order": Area.READ,
    "sales.view_deal": Area.READ,
    "sales.change_deal": Area.WORK,
    "sales.change_pipeline": Area.STEER,
    "sales.change_rate": Area.STEER,
    "sales.change_target": Area.STEER,
    "insight.view_kpi": Area.READ,
    "insight.change_kpi": Area.STEER,
    "accounts.view_plan": Area.READ,
    "accounts.change_plan": Area.WORK,
    "sales.view_competitor": Area.READ,
    "sales.change_competitor": Area.WORK,
    "sales.view_lead": Area.READ,
    "sales.change_lead": Area.WORK,
    "sales.change_route": Area.STEER,
    "calendars.view_meeting": Area.READ,
    "calendars.change_meeting": Area.WORK,
    "calendars.bring_calendar": Area.WORK,
    "telephony.view_call": Area.READ,
    "telephony.report_call": Area.WORK,
    "mail.view_mail": Area.READ,
    "mail.bring_mail": Area.WORK,
    "letters.view_message": Area.READ,
    "letters.write_letter": Area.WORK,
    "letters.change_template": Area.STEER,
    "consent.view_consent": Area.READ,
    "consent.add_consent": Area.WORK,
    "consent.change_purpose": Area.RULE,
    "consent.view_policy": Area.READ,
    "consent.change_policy": Area.STEER,
    "consent.view_suppression": Area.READ,
    "consent.add_suppression": Area.WORK,
    "consent.lift_suppression": Area.STEER,
    "mail.keep_mailbox": Area.WORK,
    "mail.keep_shared_mailbox": Area.STEER,
    "sales.add_order": Area.WORK,
    "profile.fold_panel": Area.READ,
    "profile.change_layout": Area.RULE,
    "changes.view_change": Area.READ,
    "changes.undo_change": Area.WORK,
    "bulk.run_bulk": Area.WORK,
    "search.find": Area.READ,
    "imports.view_import": Area.STEER,
    "imports.run_import": Area.STEER,
    "imports.change_watch": Area.RULE,
    "lists.keep_view": Area.READ,
    "lists.share_view": Area.STEER,
    "lists.change_shared_view": Area.RULE,
    "migration.view_migration": Area.STEER,
    "migration.run_migration": Area.STEER,
    "fields.view_field": Area.READ,
    "fields.change_field": Area.RULE,
    "web.change_form": Area.RULE,
    "rules.change_rule": Area.STEER,
    "webhooks.change_source": Area.RULE,
    "webhooks.change_subscription": Area.RULE,
    "privacy.view_dictionary": Area.READ,
    "privacy.change_dictionary": Area.RULE,
    "privacy.view_activity": Area.READ,
    "privacy.change_activity": Area.STEER,
    "privacy.view_retention": Area.STEER,
    "privacy.change_retention": Area.RULE,
    "privacy.view_obligation": Area.READ,
    "privacy.change_obligation": Area.STEER,
    "privacy.view_incident": Area.STEER,
    "privacy.change_incident": Area.STEER,
    "privacy.note_request": Area.WORK,
    "privacy.view_request": Area.STEER,
    "privacy.answer_request": Area.STEER,
    "privacy.hold_customer": Area.STEER,
    "privacy.erase_person": Area.STEER,
    "privacy.search_values": Area.RULE,
    "people.view_colleague": Area.READ,
    "people.oversee_team": Area.STEER,
    "people.change_self": Area.READ,
    "people.change_user": Area.RULE,
    "people.change_role": Area.RULE,
    "people.change_post": Area.RULE,
    "people.change_domain": Area.STEER,
    "audit.view_trail": Area.RULE,
    "people.empty_demo": Area.RULE,
}
# Beside the ranks: all rooms under Govern that are about people's data, everybody's customers to look at, none to change.
PROTECTS = frozenset(
    {
        *(one for one, area in PERMISSIONS.items() if area == Area.READ),
        *(one for one in PERMISSIONS if one.startswith("privacy.")),
        *("customers.see_sensitive", "customers.see_special", "agenda.change_task", "audit.view_trail"),
        *("consent.add_consent", "consent.change_purpose", "consent.change_policy"),
        *("consent.add_suppression", "consent.lift_suppression", "people.change_post"),
    }
)
RANK = {BuiltIn.READER: 0, BuiltIn.AGENT: 1, BuiltIn.MANAGER: 2, BuiltIn.ADMINISTRATOR: 3}


@cache
def standard(role: str) -> frozenset[str]:
    """What the built-in ``role`` may do as the code has it; nothing for "", KeyError for any other name."""
    if not role:
        return frozenset()
    if role == BuiltIn.PROTECTOR:
        return PROTECTS
    rank = RANK[BuiltIn(role)]
    return frozenset(one for one, area in PERMISSIONS.items() if RANK[BuiltIn(area)] <= rank)
