"""What is kept to prove who did what: the sealed trail, its checks, and who was shown what."""

from rapport.consent.purpose import Basis
from rapport.privacy.dictionary_words import Keeps, Table, Whence, Why

TABLES = (
    Table(
        "audit_watched",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        internal="id label top",
    ),
    Table(
        "audit_shape",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        internal="id watched_id columns",
    ),
    Table(
        "audit_gap",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        internal="id watched_id after through waiters",
    ),
    Table(
        "audit_block",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        internal="number at first last previous hash",
    ),
    Table(
        "audit_entry",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        of_customers=True,
        internal="id watched shape row object kind at actor homes salt digest",
    ),
    Table(
        "audit_reading",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.RULE,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        of_customers=True,
        internal="id at user_id table customer_ids subject_ids fields place",
    ),
    Table(
        "audit_check",
        Why.PROVE,
        Basis.OBLIGATION,
        Keeps.USED,
        Whence.RAPPORT,
        seen_with="audit.view_trail",
        internal="id asked_at by_id ended_at blocks rows erased faults broken head",
    ),
)
