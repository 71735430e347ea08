"""What a whole pipeline must come to once it is here: computed from its rows alone, beside SQL over what was taken in."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

Rows = list[dict[str, str]]
BY = """SELECT jsonb_object_agg(what, worth) FROM (SELECT {} AS what, sum(d.amount)::bigint AS worth FROM sales_deal d
        JOIN sales_stage s ON s.id = d.stage_id JOIN people_user u ON u.id = d.owner_id {}
        WHERE d.source = 'maven deals' AND s.end = 'won' GROUP BY 1) t"""
HOW_MANY = (
    "SELECT count(*) FROM sales_deal d JOIN sales_stage s ON s.id = d.stage_id WHERE d.source = 'maven deals' AND {}"
)
AGENT = "CASE WHEN d.agent = '' THEN u.name ELSE d.agent END"


def worth_by(rows: Rows, key: Callable[[dict[str, str]], str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[key(row)] += int(row["close_value"])
    return dict(found)


def quarter(row: dict[str, str]) -> str:
    year, month, _day = row["close_date"].split("-")
    return f"{year} Q{(int(month) + 2) // 3}"


def maven_deals(rows: Rows) -> dict[str, tuple[str, Any]]:
    won = [row for row in rows if row["deal_stage"] == "Won"]
    lost = [row for row in rows if row["deal_stage"] == "Lost"]
    agents: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in (*won, *lost):
        agents[row["sales_agent"]][row["deal_stage"] == "Lost"] += 1
    share = f"""SELECT jsonb_object_agg(agent, counts) FROM (SELECT {AGENT} AS agent, jsonb_build_array(
        count(*) FILTER (WHERE s.end = 'won'), count(*) FILTER (WHERE s.end = 'lost')) AS counts FROM sales_deal d
        JOIN sales_stage s ON s.id = d.stage_id JOIN people_user u ON u.id = d.owner_id
        WHERE d.source = 'maven deals' AND s.end <> 'open' GROUP BY 1) t"""
    lines = "JOIN sales_dealline l ON l.deal_id = d.id"
    months = "EXTRACT(YEAR FROM d.closed_at)::int || ' Q' || EXTRACT(QUARTER FROM d.closed_at)::int"
    days = """SELECT round(avg((d.closed_at::date - d.opened_at::date)), 2) FROM sales_deal d
              JOIN sales_stage s ON s.id = d.stage_id WHERE d.source = 'maven deals' AND s.end = 'won'"""
    return {
        "deals": (HOW_MANY.format("true"), len(rows)),
        "won": (HOW_MANY.format("s.end = 'won'"), len(won)),
        "lost": (HOW_MANY.format("s.end = 'lost'"), len(lost)),
        "open of an unknown customer": (
            HOW_MANY.format("s.end = 'open' AND d.member_id IS NULL"),
            sum(not row["account"] for row in rows),
        ),
        "of a known customer": (
            HOW_MANY.format("d.member_id IS NOT NULL"),
            sum(bool(row["account"]) for row in rows),
        ),
        "won revenue": (
            (
                "SELECT sum(d.amount)::bigint FROM sales_deal d JOIN sales_stage s ON s.id = d.stage_id "
                "WHERE d.source = 'maven deals' AND s.end = 'won'"
            ),
            sum(int(row["close_value"]) for row in won),
        ),
        "revenue by agent": (BY.format(AGENT, ""), worth_by(won, lambda row: row["sales_agent"])),
        "won and lost by agent": (share, dict(agents)),
        "revenue by product": (BY.format("l.name", lines), worth_by(won, lambda row: row["product"])),
        "revenue by quarter": (BY.format(months, ""), worth_by(won, quarter)),
        "mean days to win × 100": (
            days.replace("round(avg(", "round(100 * avg(").replace(", 2)", ")::int"),
            round(100 * sum(map(days_of, won)) / len(won)),
        ),
    }


def days_of(row: dict[str, str]) -> int:
    return (date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days
