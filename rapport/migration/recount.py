"""Count again whose the rows are that were of nobody when they came, now that the links are in."""

from django.db import connection

from rapport.imports.fields import Kind
from rapport.migration.models import Migration

STILL_NOBODYS = """
UPDATE imports_importrun AS run SET unassigned = (
    SELECT count(*) FROM imports_importpiece AS piece
    CROSS JOIN LATERAL unnest(piece.subjects, string_to_array(piece.outcomes, NULL)) AS came (subject, letter)
    JOIN timeline_interaction AS one ON one.id = came.subject AND one.unassigned
    WHERE piece.run_id = run.id AND came.letter = 'n'
)
WHERE run.id = ANY(%s) AND run.unassigned > 0
"""


def recount(migration: Migration) -> None:
    runs = list(migration.steps.filter(run__kind=Kind.INTERACTIONS).values_list("run", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(STILL_NOBODYS, [runs])
