"""What is kept of calendars: meetings, what comes out of other calendars, bookings and visits to customers."""

from rapport.consent.purpose import Basis
from rapport.privacy.dictionary_words import Keeps, Table, Whence, Why

TABLES = (
    Table(
        "calendars_meeting",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        of_customers=True,
        internal=(
            "id kind whole_day uid recurrence sequence imported created_by_id created_at changed_at cancelled_at "
            "held_at interaction_id"
        ),
        personal="title starts_at ends_at place note result",
    ),
    Table(
        "calendars_guest",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        internal="id meeting_id member_id",
    ),
    Table(
        "calendars_host",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        internal="id meeting_id user_id",
    ),
    Table(
        "visits_spot",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        of_customers=True,
        internal="id member_id means by_id at",
        personal="latitude longitude",
    ),
    Table(
        "visits_report",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        internal="id meeting_id key by_id",
        personal="met written_at came_at",
    ),
    Table(
        "bookings_bookinglink",
        Why.WORK,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.change_meeting",
        internal=(
            "id user_id title kind minutes buffer notice_hours horizon_days hours place about source_id active created_at"
        ),
        sensitive="slug",
    ),
    Table(
        "bookings_booking",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.CUSTOMERS,
        seen_with="calendars.view_meeting",
        of_customers=True,
        internal="id link_id meeting_id member_id zone language nonce span told at",
        personal="name email words",
        sensitive="key",
    ),
    Table(
        "calendars_feed",
        Why.BRING,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        internal="user_id created_at fetched_at",
        sensitive="digest",
    ),
    Table(
        "calendars_subscribedcalendar",
        Why.BRING,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        internal=(
            "id user_id name host newcomers active etag digest trouble failing_since tries next_at read_at created_at"
        ),
        sensitive="sealed",
    ),
    Table(
        "calendars_owncalendar",
        Why.BRING,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        internal=(
            "id user_id server login address name active token trouble failing_since tries next_at synced_at created_at"
        ),
        sensitive="sealed",
    ),
    Table(
        "calendars_ownentry",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        of_customers=True,
        internal="id calendar_id path uid etag meeting_id ours sequence gone_at",
        personal="agreed clash",
    ),
    Table(
        "calendars_busytime",
        Why.WORK,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        internal="id user_id entry_id private starts_at ends_at",
        personal="title",
    ),
    Table(
        "calendars_reading",
        Why.BRING,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        internal=(
            "id calendar_id file_name path newcomers state trouble entries times taken known cancelled own "
            "stranger private outside other refused by_id created_at moved_at ended_at"
        ),
    ),
    Table(
        "calendars_readingline",
        Why.BRING,
        Basis.INTEREST,
        Keeps.RULE,
        Whence.COLLEAGUES,
        seen_with="calendars.bring_calendar",
        of_customers=True,
        internal="id reading_id number uid starts_at outcome reason times meeting_id",
        personal="title",
    ),
    Table(
        "calendars_origin",
        Why.WORK,
        Basis.CONTRACT,
        Keeps.CUSTOMER,
        Whence.COLLEAGUES,
        seen_with="calendars.view_meeting",
        internal="meeting_id calendar_id reading sequence said_at digest apart gone",
    ),
)
