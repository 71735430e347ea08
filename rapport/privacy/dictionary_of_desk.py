"""What is kept of requests of persons, legal holds, packs and erasures."""

from rapport.consent.purpose import Basis
from rapport.privacy.dictionary_words import Keeps, Table, Whence, Why

SEEN = "privacy.view_request"
TABLES = (
    Table(
        "privacy_request",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.CUSTOMERS,
        seen_with=SEEN,
        internal="id asks customer_id channel received_at due_on noted_by_id noted_at assignee_id task_id "
        "checked_at checked_by_id extended_at outcome closed_at closed_by_id",
        personal="who contact words checked_how extended_why ground proof",
    ),
    Table(
        "privacy_step",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.COLLEAGUES,
        seen_with=SEEN,
        internal="id request_id kind at by_id",
        personal="words",
    ),
    Table(
        "privacy_hold",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.COLLEAGUES,
        seen_with=SEEN,
        internal="id customer_id condition_id review_on by_id since ended_at ended_by_id",
        personal="reason ended_why",
    ),
    Table(
        "privacy_pack",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.RAPPORT,
        seen_with=SEEN,
        internal="id request_id state place size digest counts trouble ordered_by_id ordered_at made_at gone_at",
    ),
    Table(
        "privacy_erasure",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.RAPPORT,
        seen_with=SEEN,
        internal="id request_id customer_id state proposed_by_id proposed_at confirmed_by_id confirmed_at customer_ids "
        "member_ids done report left trouble ended_at",
        personal="sealed",
    ),
    Table(
        "privacy_emptying",
        Why.GOVERN,
        Basis.OBLIGATION,
        Keeps.PROOF,
        Whence.RAPPORT,
        seen_with="privacy.view_retention",
        internal="id run_id began_at customer_ids member_ids done report left ended_at",
        personal="sealed",
    ),
)
