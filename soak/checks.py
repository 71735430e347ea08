"""What must hold after every bad day."""

from soak.place import FaultError, Place, eventually

QUIET = """procrastinate_jobs WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at < now())
           AND NOT (args ? 'timestamp')"""
TWICE = """SELECT count(*) FROM (SELECT source, external_id FROM {} GROUP BY 1, 2 HAVING count(*) > 1) AS twice"""


def equal(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        message = f"{what}: {found}, not {wanted}"
        raise FaultError(message)


def settled(place: Place, seconds: float = 240) -> None:
    """All that follows from what happened has been done, and no job was given up."""
    eventually(lambda: place.count(QUIET) == 0, seconds, f"the queue runs dry ({place.ask(LEFT)[0]})", pause=0.5)
    given_up = place.ask("SELECT string_agg(task_name, ', ') FROM procrastinate_jobs WHERE status = 'failed'")[0]
    equal("jobs that were given up", given_up, None)


LEFT = "SELECT string_agg(DISTINCT task_name || ' ' || status::text, ', ') FROM procrastinate_jobs"


def sound(place: Place) -> None:
    """Nothing is there twice, nothing hangs in the air, the journal tells of each record once."""
    for table in ("timeline_receipt", "customers_sourcerecord"):
        equal(f"keys that stand twice in {table}", place.ask(TWICE.format(table))[0], 0)
    equal("members without a record or an interaction", place.ask(ADRIFT)[0], 0)
    equal("customers told of as created twice", place.ask(TOLD_TWICE, "customers created")[0], 0)
    equal("interactions told of as received twice", place.ask(TOLD_TWICE, "interactions received")[0], 0)
    equal("interactions the journal is silent about", place.ask(UNTOLD)[0], 0)
    equal("tallies that do not add up", place.ask(TALLIES)[0], 0)


ADRIFT = """
    SELECT count(*) FROM customers_member AS m
    WHERE NOT EXISTS (SELECT FROM customers_sourcerecord AS s WHERE s.member_id = m.id)
      AND NOT EXISTS (SELECT FROM timeline_participation AS p WHERE p.member_id = m.id)
"""
TOLD_TWICE = """
    SELECT count(*) FROM (SELECT subject FROM journal_event, unnest(subject_ids) AS subject WHERE kind = %s
                          GROUP BY 1 HAVING count(*) > 1) AS twice
"""
UNTOLD = """
    SELECT count(*) FROM (SELECT id FROM timeline_interaction EXCEPT
                          SELECT unnest(subject_ids) FROM journal_event WHERE kind = 'interactions received') AS untold
"""
TALLIES = """
    SELECT count(*) FROM (SELECT member_id, sum(count) AS said FROM timeline_tally GROUP BY 1) AS tallies
    FULL JOIN (SELECT member_id, count(DISTINCT interaction_id) AS met FROM timeline_participation
               WHERE member_id IS NOT NULL GROUP BY 1) AS met USING (member_id)
    WHERE said IS DISTINCT FROM met
"""
