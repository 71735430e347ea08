"""Lists to choose from: countries, languages, time zones, permissions, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from rapport.lib.names import sort_key
from rapport.lib.zones import zones
from rapport.people.models import User
from rapport.people.role import Role
from rapport.people.roles import PERMISSIONS

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """Every country that has phone numbers, by its name."""
    names = Locale.parse(translation.get_language() or "en", sep="-").territories
    named = [(code, str(names.get(code, code))) for code in SUPPORTED_REGIONS]
    return sorted(named, key=lambda country: sort_key(country[1]))


def languages() -> Choices:
    """The languages that the pages speak, each named in its own words."""
    return [
        (code, str(Locale.parse(code, sep="-").get_display_name()).capitalize())
        for code, _english in settings.LANGUAGES
    ]


def time_zones() -> list[tuple[str, str | Choices]]:
    """All time zones by area."""
    areas: list[tuple[str, str | Choices]] = [("UTC", "UTC")]
    for area, names in zones().items():
        areas.append((area, [(name, name.partition("/")[2].replace("_", " ")) for name in names]))
    return areas


def permissions(user: User) -> Choices:
    """All that ``user`` may do, in words."""
    return [(permission, in_words(permission)) for permission in PERMISSIONS if user.allows(permission)]


@dataclass(frozen=True)
class Told:
    """A role in words: what it is like, and how it differs from that."""

    role: Role
    base: str
    also: list[str]
    without: list[str]


def roles_told() -> list[Told]:
    found = list(Role.objects.in_order())
    names = {role.key: str(role) for role in found}
    return [
        Told(
            role,
            "" if role.is_built_in else names.get(role.base, ""),
            [in_words(one) for one in role.added],
            [in_words(one) for one in role.removed],
        )
        for role in found
    ]


def permissions_by_room() -> list[tuple[str, Choices]]:
    """Every permission in words, under the room it is about."""
    rooms: dict[str, Choices] = {}
    for permission in PERMISSIONS:
        rooms.setdefault(str(ROOMS[permission.partition(".")[0]]), []).append((permission, in_words(permission)))
    return list(rooms.items())


def only_reads(permission: str) -> bool:
    """Whether whoever may do it only looks."""
    return permission.partition(".")[2].startswith(("view_", "see_", "find"))


def told_by_room(granted: Iterable[str]) -> list[tuple[str, list[str]]]:
    """These permissions in words, under the room each is about."""
    wanted = set(granted)
    lines = ((room, [words for one, words in some if one in wanted]) for room, some in permissions_by_room())
    return [(room, some) for room, some in lines if some]


def in_words(permission: str) -> str:
    return str(WORDS.get(permission, permission))


ROOMS = {
    "home": _("My day"),
    "customers": _("Customers"),
    "timeline": _("Timeline"),
    "identity": _("Duplicates"),
    "agenda": _("Tasks"),
    "notices": _("Notices"),
    "accounts": _("Account plans"),
    "quotes": _("Quotes"),
    "handovers": _("Hand-overs"),
    "catalogue": _("Products"),
    "sales": _("Orders"),
    "insight": _("Figures"),
    "calendars": _("Calendars"),
    "telephony": _("Telephone"),
    "mail": _("Mail"),
    "letters": _("Letters"),
    "consent": _("Consents and contact policy"),
    "profile": _("Customer page"),
    "changes": _("Changes"),
    "bulk": _("Bulk changes"),
    "search": _("Search"),
    "imports": _("Imports"),
    "lists": _("Lists"),
    "migration": _("Move in"),
    "fields": _("Fields"),
    "web": _("Web sites and forms"),
    "rules": _("Rules"),
    "webhooks": _("Web requests"),
    "privacy": _("Privacy and duties"),
    "audit": _("Audit trail"),
    "people": _("People and access"),
}
WORDS = {
    "home.view_day": _("See one's own day"),
    "customers.view_customer": _("See customers"),
    "customers.add_customer": _("Add customers"),
    "customers.change_customer": _("Change customers"),
    "customers.delete_customer": _("Delete customers"),
    "customers.export_customer": _("Export customers"),
    "customers.see_sensitive": _("See what is sensitive"),
    "customers.see_special": _("See what belongs to a special category"),
    "timeline.view_interaction": _("See interactions"),
    "timeline.add_interaction": _("Record interactions"),
    "timeline.assign_interaction": _("Assign interactions to customers"),
    "identity.merge_customer": _("Merge customers"),
    "identity.compare_all": _("Have all customers compared"),
    "quotes.view_quote": _("See quotes"),
    "quotes.change_quote": _("Write, approve and send quotes"),
    "quotes.change_limit": _("Say who may give which discount"),
    "handovers.view_handover": _("See what is handed over"),
    "handovers.change_handover": _("Hand over, and accept or send back what is handed over"),
    "handovers.change_plan": _("Say what must be handed over, to whom and by when"),
    "catalogue.view_product": _("See products"),
    "catalogue.change_product": _("Add and change products"),
    "catalogue.change_price": _("Change taxes and prices"),
    "accounts.view_plan": _("See account plans"),
    "accounts.change_plan": _("Write and change account plans"),
    "sales.view_competitor": _("See competitors"),
    "sales.change_competitor": _("Write competitors down and change what is said of them"),
    "sales.view_lead": _("See leads"),
    "sales.change_lead": _("Take, give, answer and convert leads"),
    "sales.change_route": _("Say where leads come from and to whom they go"),
    "sales.view_deal": _("See deals and their board"),
    "sales.change_deal": _("Open, move and change deals"),
    "sales.change_pipeline": _("Shape pipelines and their stages"),
    "insight.view_kpi": _("See figures and the records behind them"),
    "insight.change_kpi": _("Say who answers for a figure"),
    "sales.change_target": _("Set targets"),
    "sales.change_rate": _("Say exchange rates and the currency of the organisation"),
    "agenda.view_task": _("See tasks"),
    "agenda.change_task": _("Add and finish tasks"),
    "agenda.delete_task": _("Delete tasks that others asked for"),
    "agenda.keep_pin": _("Pin customers and views for oneself"),
    "notices.view_notice": _("Read and settle one's own notices"),
    "notices.follow_customer": _("Follow customers"),
    "notices.set_reminder": _("Set reminders for oneself"),
    "calendars.view_meeting": _("See meetings"),
    "calendars.change_meeting": _("Plan and change meetings"),
    "telephony.view_call": _("See one's own calls"),
    "telephony.report_call": _("Report calls of a telephone system"),
    "sales.view_order": _("See orders"),
    "mail.view_mail": _("Read mail"),
    "calendars.bring_calendar": _("Take in calendars and subscribe to them"),
    "mail.bring_mail": _("Take in mail files and see what became of them"),
    "mail.keep_mailbox": _("Keep mailboxes and see what became of their mail"),
    "mail.keep_shared_mailbox": _("Keep the mailboxes that a team shares"),
    "letters.view_message": _("See what was sent, and why something was not"),
    "letters.write_letter": _("Write mail to customers"),
    "letters.change_template": _("Change templates of letters"),
    "consent.view_consent": _("See who agreed to what"),
    "consent.add_consent": _("Write down what people agreed to or refused"),
    "consent.change_purpose": _("Declare what we write to people for"),
    "consent.view_policy": _("See the contact policy"),
    "consent.change_policy": _("Write the contact policy, and approve what somebody else wrote"),
    "consent.view_suppression": _("See who must not be written to"),
    "consent.add_suppression": _("Note who must not be written to"),
    "consent.lift_suppression": _("Allow again to write to somebody"),
    "sales.add_order": _("Record orders"),
    "changes.view_change": _("See what was changed lately"),
    "changes.undo_change": _("Take changes back"),
    "bulk.run_bulk": _("Change many records at once"),
    "search.find": _("Search"),
    "imports.view_import": _("See imports"),
    "migration.view_migration": _("See migrations from other CRMs"),
    "migration.run_migration": _("Move in from another CRM"),
    "imports.run_import": _("Import files"),
    "imports.change_watch": _("Have folders watched for files to import"),
    "lists.keep_view": _("Keep views of lists"),
    "lists.share_view": _("Share views with everybody"),
    "lists.change_shared_view": _("Change what others share as a view"),
    "fields.view_field": _("See which fields there are"),
    "fields.change_field": _("Declare fields"),
    "web.change_form": _("Declare web sites and forms"),
    "webhooks.change_source": _("Declare who may send web requests in"),
    "webhooks.change_subscription": _("Subscribe addresses to what becomes true"),
    "profile.fold_panel": _("Fold cards of the customer page away for oneself"),
    "profile.change_layout": _("Arrange the customer page per role"),
    "rules.change_rule": _("Declare when-then rules"),
    "privacy.note_request": _("Note what people ask of their data"),
    "privacy.view_request": _("See what people ask of their data"),
    "privacy.answer_request": _("Answer what people ask of their data"),
    "privacy.hold_customer": _("Put a legal hold on customers"),
    "privacy.erase_person": _("Erase people, by two"),
    "privacy.search_values": _("Search the whole database for a value"),
    "privacy.view_dictionary": _("See what is kept, why and how long"),
    "privacy.change_dictionary": _("Say of data why it is kept and how sensitive it is"),
    "privacy.view_activity": _("See the register of processing"),
    "privacy.change_activity": _("Keep the register of processing"),
    "privacy.view_retention": _("See what is deleted when it is old"),
    "privacy.change_retention": _("Decide what is deleted when it is old"),
    "privacy.view_obligation": _("See what law and contracts ask of us"),
    "privacy.change_obligation": _("Keep the register of duties"),
    "privacy.view_incident": _("See incidents"),
    "privacy.change_incident": _("Handle incidents"),
    "people.view_colleague": _("See who works here, in which team and with which duty"),
    "people.oversee_team": _("See what colleagues of the team change, take in and set up"),
    "people.change_self": _("Change one's own profile and tokens"),
    "people.change_user": _("Administer people, teams and the organisation"),
    "people.change_role": _("Decide what each role may do"),
    "people.change_post": _("Fill governance posts"),
    "people.change_domain": _("Say who has which part in a service domain"),
    "audit.view_trail": _("See the audit trail, and check it"),
    "people.empty_demo": _("Empty the demo company"),
}
