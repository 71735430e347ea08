"""What follows from what: the jobs that start when a fact is recorded."""

from collections.abc import Mapping
from typing import Any

from rapport.audit import jobs as audit
from rapport.bookings import jobs as bookings
from rapport.bulk import jobs as bulk
from rapport.calendars import jobs as calendars
from rapport.consent import jobs as consent
from rapport.drafts import jobs as drafts
from rapport.handovers import jobs as handovers
from rapport.identity import jobs as identity
from rapport.imports import jobs as imports
from rapport.journal import jobs as journal
from rapport.journal.models import Fact
from rapport.letters import jobs as letters
from rapport.mail import jobs as mail
from rapport.migration import jobs as migration
from rapport.notices import jobs as notices
from rapport.notices.news import READERS
from rapport.oversight import jobs as oversight
from rapport.privacy import jobs as privacy
from rapport.quotes import jobs as quotes
from rapport.rules import jobs as rules
from rapport.rules.when import HEEDED
from rapport.sales import jobs as sales
from rapport.search import jobs as search
from rapport.sequences import jobs as sequences
from rapport.timeline import jobs as timeline
from rapport.web import jobs as web
from rapport.webhooks import jobs as webhooks
from rapport.webhooks.models import TOLD

FOLLOWS: Mapping[Fact, tuple[Any, ...]] = {
    Fact.INTERACTIONS_RECEIVED: (
        search.index_texts,
        timeline.hear,
        consent.hear_complaints,
        sales.hear,
        sequences.hear_interactions,
    ),
    Fact.INTERACTIONS_CORRECTED: (search.index_texts, timeline.hear),
    Fact.INTERACTIONS_ASSIGNED: (
        timeline.hear,
        consent.hear_complaints,
        sales.hear_assigned,
        sequences.hear_interactions,
    ),
    Fact.ORDERS_RECORDED: (sales.refresh_figures,),
    Fact.CUSTOMERS_CREATED: (identity.suspect_duplicates,),
    Fact.CUSTOMERS_CHANGED: (identity.suspect_duplicates,),
    Fact.CUSTOMERS_MERGED: (
        timeline.hear_customers,
        sales.refresh_customers,
        identity.suspect_duplicates,
        sequences.hear_merged,
    ),
    Fact.HANDOVERS_CHANGED: (handovers.tell_whom_it_concerns,),
    Fact.SWEEP_STARTED: (identity.compare_all,),
    Fact.CUSTOMERS_PARTED: (timeline.hear_customers, sales.refresh_customers, identity.suspect_duplicates),
    Fact.CUSTOMERS_RESTORED: (timeline.hear_customers, sales.refresh_customers, identity.suspect_duplicates),
    Fact.CUSTOMERS_RETURNED: (timeline.take_home, identity.suspect_duplicates),
    Fact.TRAIL_CHECK_ASKED: (audit.check,),
    Fact.BULK_STARTED: (bulk.go_on,),
    Fact.IMPORT_STARTED: (imports.go_on,),
    Fact.IMPORT_ENDED: (imports.settle, migration.ahead),
    Fact.IMPORT_REVERTED: (migration.back,),
    Fact.MIGRATION_STARTED: (migration.rehearse,),
    Fact.MAIL_FILE_STARTED: (mail.go_on,),
    Fact.MEETINGS_CHANGED: (bookings.tell_guests, calendars.write_out, sequences.hear_meetings),
    Fact.DEALS_CHANGED: (handovers.begin, sequences.hear_deals),
    Fact.LEADS_CHANGED: (sequences.hear_leads,),
    Fact.SUPPRESSIONS_CHANGED: (sequences.hear_suppressions,),
    Fact.CALENDAR_READING_STARTED: (calendars.go_on,),
    Fact.WEB_REQUESTS_ARRIVED: (webhooks.take_in_requests,),
    Fact.CONSENTS_CHANGED: (consent.ask_to_confirm, sequences.hear_consents),
    Fact.INCIDENT_LETTERS_ORDERED: (privacy.write_letters,),
    Fact.TERRITORIES_CHANGED: (oversight.place_anew,),
    Fact.PACKS_ORDERED: (privacy.pack,),
    Fact.RETENTION_ORDERED: (privacy.retain_ordered,),
    Fact.ERASURES_CONFIRMED: (privacy.erase,),
    Fact.MESSAGES_WRITTEN: (consent.deliver,),
    Fact.MESSAGES_SENT: (letters.keep,),
    Fact.MESSAGES_STOPPED: (letters.told, sequences.hear_messages),
}
# Whoever follows a record or subscribed to a fact is told after all else that follows from it.
NEXT: Mapping[Fact, tuple[Any, ...]] = {
    fact: (
        *FOLLOWS.get(fact, ()),
        *((rules.obey,) if fact in HEEDED else ()),
        *((notices.tell_followers,) if fact in READERS else ()),
        *((webhooks.tell_subscribers,) if fact in TOLD else ()),
    )
    for fact in Fact
}
# What no fact starts: it runs by the clock.
BY_THE_CLOCK = (
    web.fold_visits,
    notices.ring_reminders,
    notices.mail_digests,
    notices.forget_old,
    journal.forget,
    audit.seal,
    audit.let_go,
    bulk.forget,
    drafts.forget,
    rules.let_go,
    quotes.renew_in_time,
    handovers.ring_late,
    sequences.step,
    privacy.retain,
    privacy.let_go,
)
