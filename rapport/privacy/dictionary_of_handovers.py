"""What is kept of handing over what was sold, and of how a business does that."""

from rapport.consent.purpose import Basis
from rapport.privacy.dictionary_words import Keeps, Table, Whence, Why

TABLES = (
    Table(
        "handovers_handover",
        Why.SELL,
        Basis.CONTRACT,
        Keeps.BOOKS,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        of_customers=True,
        internal=(
            "id deal_id station_id team_id state sender_id taken_by_id opened_at first_sent_at sent_at due_at taken_at"
            " answered_at returns rung_at"
        ),
    ),
    Table(
        "handovers_answer",
        Why.SELL,
        Basis.CONTRACT,
        Keeps.BOOKS,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        of_customers=True,
        internal="id handover_id point_id place name required begun_with",
        personal="text",
    ),
    Table(
        "handovers_step",
        Why.SELL,
        Basis.CONTRACT,
        Keeps.BOOKS,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        of_customers=True,
        internal="id handover_id kind at by_id",
        personal="words",
    ),
    Table(
        "handovers_plan",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        internal="id name pipeline_id by_itself retired_at",
    ),
    Table(
        "handovers_station",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        internal="id plan_id name place team_id hours retired_at",
    ),
    Table(
        "handovers_point",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        internal="id station_id name hint place required known retired_at",
    ),
    Table(
        "handovers_duty",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="handovers.view_handover",
        internal="id station_id name days place retired_at",
    ),
)
