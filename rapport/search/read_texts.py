"""Make what interactions say findable."""

from collections.abc import Iterable, Sequence

from django.db import connection

from rapport.lib.names import LONGEST_WORD, WORD, fold
from rapport.timeline.models import Interaction

LONGEST_TEXT = 200_000
MOST_WORDS = 10_000


def read_texts(interaction_ids: Iterable[int]) -> None:
    """Write the words of these interactions down, in place of what was there of them."""
    given = Interaction.objects.filter(pk__in=list(interaction_ids)).order_by("pk")
    rows = list(given.values_list("pk", "at", "subject", "text"))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO search_interactiontext (interaction_id, at, words)
               SELECT id, at, array_to_tsvector(string_to_array(words, ' '))
               FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS given(id, at, words)
               ON CONFLICT (interaction_id) DO UPDATE SET words = excluded.words, at = excluded.at""",
            [
                [row[0] for row in rows],
                [row[1] for row in rows],
                [" ".join(words_of(f"{row[2]} {row[3]}")) for row in rows],
            ],
        )


def words_of(text: str) -> Sequence[str]:
    """The distinct folded words, each cut to a length that an index takes."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(fold(text[:LONGEST_TEXT])))
    return list(words)[:MOST_WORDS]
