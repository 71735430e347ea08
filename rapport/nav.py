"""What is in the bar: the doors and the rooms behind them."""

from django.utils.translation import gettext_lazy as _

from rapport.handovers.inbox import waiting as handovers_waiting
from rapport.identity.queue import suspected
from rapport.notices.read import unread
from rapport.sales.lead_inbox import waiting as leads_waiting
from rapport.timeline.waiting import waiting
from rapport.ui.navigation import Action, Door, Place, Room

DOORS: tuple[Door, ...] = (
    Door(
        "",
        (
            Room(_("Home"), "home", "home:day", "home.view_day", key="h", also=("home",)),
            Room(_("Tasks"), "checkbox", "agenda:list", "agenda.view_task", key="a", also=("agenda",)),
            Room(
                _("Meetings"),
                "calendar-event",
                "calendars:mine",
                "calendars.view_meeting",
                key="m",
                also=("calendars",),
            ),
            Room(
                _("Visits"),
                "route",
                "visits:day",
                "calendars.view_meeting",
                also=("visits:plan", "visits:choose", "visits:brief", "visits:report"),
            ),
            Room(_("Reminders"), "alarm", "notices:reminders", "notices.set_reminder", key="r"),
        ),
        actions=(
            Action(_("Plan meeting"), "calendar-plus", "calendars:new", "calendars.change_meeting"),
            Action(_("Log call"), "phone", "profile:log_call", "timeline.add_interaction", primary=True, key="l"),
        ),
    ),
    Door(
        _("Know"),
        (
            Room(
                _("Customers"),
                "address-book",
                "customers:list",
                "customers.view_customer",
                key="c",
                also=("customer", "customers", "new-customer", "identity_merge"),
            ),
            Room(_("Timeline"), "timeline", "timeline:list", "timeline.view_interaction", key="t", also=("timeline",)),
            Room(_("Orders"), "shopping-cart", "sales:list", "sales.view_order", key="o", also=("sales:order",)),
            Room(_("Unassigned"), "user-question", "unassigned", "timeline.view_interaction", count=waiting, key="u"),
            Room(
                _("Duplicates"),
                "arrows-join-2",
                "duplicates:queue",
                "identity.merge_customer",
                count=suspected,
                key="d",
                also=("duplicates",),
            ),
            Room(_("Imports"), "file-import", "imports:history", "imports.view_import", key="i", also=("imports",)),
            Room(_("Move in"), "truck", "migration:list", "migration.view_migration", also=("migration",)),
            Room(_("Mailboxes"), "mailbox", "mail:mailboxes", "mail.keep_mailbox", also=("mail",)),
        ),
        actions=(Action(_("New customer"), "user-plus", "new-customer", "customers.add_customer"),),
    ),
    Door(
        _("Act"),
        (
            Room(
                _("Leads"),
                "bolt",
                "sales:leads",
                "sales.view_lead",
                count=leads_waiting,
                key="l",
                also=(
                    *("sales:lead_list", "sales:lead", "sales:new_lead", "sales:lead_of", "sales:give_lead"),
                    *("sales:qualify_lead", "sales:set_lead_aside", "sales:keep_lead_warm"),
                ),
            ),
            Room(
                _("Deals"),
                "layout-kanban",
                "sales:board",
                "sales.view_deal",
                key="v",
                also=(
                    *("sales:deals", "sales:calendar", "sales:deal", "sales:new", "sales:change", "sales:move"),
                    *("sales:lines", "sales:rivals", "visits:map"),
                ),
            ),
            Room(
                _("Forecast"),
                "chart-arrows-vertical",
                "sales:forecast",
                "sales.view_deal",
                key="f",
                also=("sales:changes", "sales:likely", "sales:calibration", "sales:targets"),
            ),
            Room(
                _("Quotes"),
                "file-invoice",
                "quotes:list",
                "quotes.view_quote",
                also=("quotes:quote", "quotes:change", "quotes:send_out", "quotes:compare"),
            ),
            Room(
                _("Hand-overs"),
                "transfer",
                "handovers:inbox",
                "handovers.view_handover",
                count=handovers_waiting,
                also=("handovers:handover", "handovers:fill", "handovers:send_back"),
            ),
            Room(_("Renewals"), "repeat", "quotes:agreements", "quotes.view_quote"),
            Room(_("Sequences"), "mail-forward", "sequences:list", "letters.write_letter", also=("sequences",)),
            Room(_("Account plans"), "map-route", "accounts:list", "accounts.view_plan", also=("accounts",)),
            Room(
                _("Market"),
                "swords",
                "market:market",
                "sales.view_deal",
                also=("market", "sales:competitors", "sales:competitor", "sales:add_competitor"),
            ),
            Room(
                _("Products"),
                "package",
                "catalogue:list",
                "catalogue.view_product",
                also=("catalogue:product", "catalogue:new", "catalogue:change", "catalogue:put_part"),
            ),
        ),
        actions=(
            Action(_("New lead"), "bolt", "sales:new_lead", "sales.change_lead"),
            Action(_("New deal"), "target-arrow", "sales:new", "sales.change_deal"),
        ),
    ),
    Door(
        _("Plan"),
        (Room(_("Figures"), "chart-histogram", "insight:kpis", "insight.view_kpi", key="g", also=("insight",)),),
    ),
    Door(
        _("Govern"),
        (
            Room(_("Privacy desk"), "shield-lock", "privacy:desk", "privacy.view_request"),
            Room(_("Incidents"), "urgent", "privacy:incidents", "privacy.view_incident"),
            Room(
                _("Consents"),
                "checks",
                "consent:register",
                "consent.view_consent",
                also=("consent:purposes", "consent:new_purpose", "consent:purpose"),
            ),
            Room(_("Do not write"), "hand-stop", "consent:suppressions", "consent.view_suppression"),
            Room(_("Contact policy"), "table", "consent:policy", "consent.view_policy"),
            Room(_("Data dictionary"), "book", "privacy:dictionary", "privacy.view_dictionary"),
            Room(_("Register of processing"), "list-details", "privacy:register", "privacy.view_activity"),
            Room(_("Retention"), "trash", "privacy:retention", "privacy.view_retention"),
            Room(_("Duties"), "scale", "privacy:obligations", "privacy.view_obligation"),
            Room(_("Audit trail"), "list-search", "trail:trail", "audit.view_trail", also=("trail",)),
            Room(_("People and access"), "users-group", "people:users", "people.change_user", key="p"),
            Room(_("Territories"), "map-2", "oversight:territories", "people.change_user"),
            Room(_("Leavers"), "user-off", "oversight:leavers", "people.change_user", also=("oversight:handover",)),
            Room(
                _("Organisation chart"),
                "hierarchy",
                "people:chart",
                "people.view_colleague",
                also=("people:unit", "people:add_unit", "people:position", "people:add_position"),
            ),
            Room(
                _("Governance posts"),
                "gavel",
                "people:posts",
                "people.view_colleague",
                also=("people:domains", "people:domain", "people:add_domain"),
            ),
        ),
        folded=True,
    ),
    Door(
        _("Set up"),
        (
            Room(
                _("Templates"),
                "template",
                "letter_templates:list",
                "letters.change_template",
                also=("letter_templates",),
            ),
            Room(_("Customer page"), "layout-columns", "layouts:list", "profile.change_layout", also=("layouts",)),
            Room(
                _("Pipelines"),
                "filter-cog",
                "sales:pipelines",
                "sales.change_pipeline",
                also=(
                    *("sales:pipeline", "sales:add_pipeline", "sales:stage", "sales:add_stage"),
                    *("sales:reason", "sales:add_reason"),
                ),
            ),
            Room(
                _("Hand-over plans"),
                "clipboard-list",
                "handovers:plans",
                "handovers.change_plan",
                also=(
                    *("handovers:plan", "handovers:add_plan", "handovers:station", "handovers:add_station"),
                    *("handovers:point", "handovers:add_point", "handovers:duty", "handovers:add_duty"),
                ),
            ),
            Room(
                _("Price lists"),
                "tags",
                "catalogue:price_lists",
                "catalogue.change_price",
                also=(
                    *("catalogue:price_list", "catalogue:add_price_list", "catalogue:change_price_list"),
                    "catalogue:put_price",
                ),
            ),
            Room(_("Discount limits"), "discount", "quotes:limits", "quotes.change_limit"),
            Room(
                _("Taxes"),
                "receipt-tax",
                "catalogue:taxes",
                "catalogue.change_price",
                also=("catalogue:tax", "catalogue:add_tax"),
            ),
            Room(
                _("Exchange rates"),
                "arrows-exchange",
                "sales:rates",
                "sales.change_rate",
                also=("sales:add_rate", "sales:import_rates", "sales:books"),
            ),
            Room(
                _("Sources and routes of leads"),
                "route",
                "sales:lead_setup",
                "sales.change_route",
                also=("sales:add_lead_source", "sales:lead_source", "sales:add_route", "sales:route"),
            ),
            Room(_("Trash"), "trash", "changes:trash", "customers.delete_customer"),
            Room(_("Fields"), "forms", "fields:list", "fields.change_field", also=("fields",)),
            Room(_("Rules"), "arrows-split-2", "rules:list", "rules.change_rule", also=("rules",)),
            Room(_("Web sites and forms"), "world", "web:sites", "web.change_form", also=("web",)),
            Room(_("Web requests"), "webhook", "webhooks:sources", "webhooks.change_source", also=("webhooks",)),
        ),
        folded=True,
    ),
    Door(_("Find"), (Room(_("Search"), "search", "search:find", "search.find"),), place=Place.FIND),
    Door(_("Why"), (Room(_("Why is it not here?"), "zoom-question", "search:why", "search.find"),), place=Place.WHY),
    Door(
        _("Telephone"), (Room(_("Calls"), "phone-ringing", "telephony:now", "telephony.view_call"),), place=Place.RING
    ),
    Door(
        _("Notices"),
        (
            Room(_("Notices"), "bell", "notices:list", "notices.view_notice", count=unread, key="n"),
            Room(_("Bell"), "bell", "notices:bell", "notices.view_notice"),
            Room(_("Newest"), "bell", "notices:newest", "notices.view_notice"),
        ),
        place=Place.BELL,
    ),
    Door(_("Here"), (Room(_("On this page"), "bolt", "home:quick", "home.view_day"),), place=Place.QUICK),
    Door(
        _("You"),
        (
            Room(_("Recent changes"), "history", "changes:recent", "changes.view_change"),
            Room(_("Bulk changes"), "stack-2", "bulk:history", "bulk.run_bulk"),
            Room(_("Profile"), "user", "people:profile", "people.change_self"),
            Room(_("How I am told"), "bell-cog", "notices:wishes", "people.change_self"),
            Room(_("Booking links"), "calendar-share", "bookings:links", "calendars.change_meeting"),
            Room(_("My calendar elsewhere"), "calendar-share", "calendars:feed", "people.change_self"),
            Room(_("Telephone"), "phone", "telephony:extension", "people.change_self"),
            Room(_("Signatures"), "signature", "letter_templates:signatures", "letters.write_letter"),
            Room(_("API tokens"), "api", "people:tokens", "people.change_self"),
            Room(_("Demo company"), "coffee", "demo:farewell", "people.empty_demo"),
        ),
        place=Place.MENU,
    ),
)
