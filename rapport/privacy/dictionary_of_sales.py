"""What is kept of selling: orders, deals, and the pipelines through which they go."""

from rapport.consent.purpose import Basis
from rapport.privacy.dictionary_words import Keeps, Table, Whence, Why

TABLES = (
    Table(
        "sales_order",
        Why.SELL,
        Basis.OBLIGATION,
        Keeps.BOOKS,
        Whence.MANY,
        seen_with="sales.view_order",
        internal="id source member_id interaction_id brand_id",
        personal="external_id ordered_at total currency",
    ),
    Table(
        "sales_orderline",
        Why.SELL,
        Basis.OBLIGATION,
        Keeps.BOOKS,
        Whence.MANY,
        seen_with="sales.view_order",
        internal="id order_id line",
        personal="product quantity unit_price amount data",
    ),
    Table(
        "sales_deal",
        Why.SELL,
        Basis.CONTRACT,
        Keeps.BOOKS,
        Whence.COLLEAGUES,
        seen_with="sales.view_deal",
        internal="id member_id pipeline_id stage_id owner_id reason_id source external_id created_by_id",
        personal=(
            "name amount currency probability closes_on next_step next_step_on stage_since opened_at closed_at said"
        ),
    ),
    Table(
        "sales_move",
        Why.SELL,
        Basis.CONTRACT,
        Keeps.BOOKS,
        Whence.COLLEAGUES,
        seen_with="sales.view_deal",
        of_customers=True,
        internal="id deal_id from_stage_id to_stage_id by_id",
        personal="at",
    ),
    Table(
        "sales_pipeline",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="sales.view_deal",
        internal="id name place retired_at",
    ),
    Table(
        "sales_stage",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="sales.view_deal",
        internal="id pipeline_id name place end probability days needs criteria retired_at",
    ),
    Table(
        "sales_reason",
        Why.WORK,
        Basis.INTEREST,
        Keeps.USED,
        Whence.COLLEAGUES,
        seen_with="sales.view_deal",
        internal="id end name retired_at",
    ),
)
