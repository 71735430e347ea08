"""`python -m bench.accuracy_scores`: how well the score of deals tells wins from losses that it has not seen.

On the Maven pipeline beside the checkout, and on two planted ones, one with a signal and one without. Prints the table of
docs/accuracy.md. Ends with 1 when the planted signal is missed, or a score is shown where there is none.
"""

import csv
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random

from rapport.sales.score import Ended, Learned, learn

MAVEN = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "crm_maven_sales_opportunities"
OWNERS = {"Ana": 0.8, "Ben": 0.65, "Cem": 0.5, "Dea": 0.35}


def maven() -> list[Ended]:
    """Agent, product, industry, and whether the company bought before, as known on the day on which each deal was engaged."""
    with (MAVEN / "accounts.csv").open(encoding="utf-8") as file:
        sector = {row["account"]: row["sector"] for row in csv.DictReader(file)}
    with (MAVEN / "sales_pipeline.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["deal_stage"] in {"Won", "Lost"}]
    ended: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in rows:
        ended[row["account"]].append((row["close_date"], row["deal_stage"] == "Won"))
    return [
        Ended(
            date.fromisoformat(row["engage_date"]),
            date.fromisoformat(row["close_date"]),
            row["deal_stage"] == "Won",
            {
                "owner": row["sales_agent"],
                "product": row["product"],
                "industry": sector[row["account"]],
                "customer": before(ended[row["account"]], row["engage_date"]),
            },
        )
        for row in rows
    ]


def before(ended: list[tuple[str, bool]], day: str) -> str:
    earlier = [won for closed, won in ended if closed < day]
    return "won before" if any(earlier) else "lost before" if earlier else "first"


def planted(*, signal: bool) -> list[Ended]:
    rng = Random(5)
    found = []
    for place in range(3_000):
        owner = rng.choice(list(OWNERS))
        opened = date(2015, 1, 1) + timedelta(days=place)
        won = rng.random() < (OWNERS[owner] if signal else 0.6)
        found.append(Ended(opened, opened + timedelta(days=rng.randrange(5, 120)), won, {"owner": owner}))
    return found


def main() -> int:
    print("| deals | ended | won | AUC, 95 % | by the stage alone | off by | score shown |")
    print("|---|--:|--:|---|--:|--:|---|")
    faults = []
    if MAVEN.is_dir():
        shown("Maven pipeline", learn(maven()))
    else:
        print("The Maven set is not beside this checkout (../shared/data).")
    for signal, title in ((True, "planted: the owner matters"), (False, "planted: nothing matters")):
        learned = learn(planted(signal=signal))
        shown(title, learned)
        if learned.usable is not signal:
            faults.append(title)
    for fault in faults:
        print(f"WRONG: {fault}")
    return 1 if faults else 0


def shown(title: str, learned: Learned) -> None:
    one = learned.verdict
    if one is None:
        message = f"{title}: too few to learn from"
        raise SystemExit(message)
    area = f"{one.auc:.3f} ({one.low:.3f}–{one.high:.3f})"
    share = f"{learned.won / learned.number:.1%}"
    words = "yes" if learned.usable else "no"
    print(f"| {title} | {learned.number:,} | {share} | {area} | {one.baseline:.3f} | {one.off:.3f} | {words} |")


if __name__ == "__main__":
    sys.exit(main())
