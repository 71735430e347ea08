"""Compute the golden record of customers from all that the sources say of their members."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper

from rapport.customers.golden import FIELDS, Said, Won, golden, own_values
from rapport.customers.models import BY_HAND, FieldRule, Source, SourceRecord
from rapport.customers.naming import index_names
from rapport.lib.copying import as_json
from rapport.lib.names import fold_key, sort_key
from rapport.people.models import Scope, Team, User
from rapport.people.territory import Atlas, Values

TRUST = 50
GUESSED = -1
NAMELESS = "?"
# Team, person and territory.
Key = tuple[int | None, int | None, int | None]
# Whoever writes customers holds it together with others, whoever begins to walk through all of them alone.
RULES = 731_011


@dataclass(frozen=True)
class Places:
    """Who can own a record: people by e-mail, teams by name, territories by rule; and the scope that follows."""

    users: Mapping[str, tuple[int, int | None]]
    teams: Mapping[str, int]
    scopes: dict[Key, int]
    # Who sees no team's customers as such; a record of theirs is in a scope of its own.
    alone: Collection[int]
    atlas: Atlas

    @classmethod
    def now(cls) -> "Places":
        wait_for_rules()
        alone = ExpressionWrapper(User.who_see_no_team(), output_field=BooleanField())
        users = list(User.objects.values_list("pk", "email", "team", alone))
        return cls(
            users={email: (pk, team) for pk, email, team, _alone in users},
            teams={name.lower(): pk for pk, name in Team.objects.values_list("pk", "name")},
            scopes={
                (team, person, territory): pk
                for pk, team, person, territory in Scope.objects.values_list(
                    "pk", "team_id", "person_id", "territory_id"
                )
            },
            alone=frozenset(pk for pk, _email, _team, is_alone in users if is_alone),
            atlas=Atlas.now(),
        )

    def of(self, claims: Values, own: Values) -> tuple[int | None, int | None, int]:
        """Owner, team and scope for these claims; without a team of its own, a record is its owner's team's."""
        owner_id, team_id = self.whose(str(claims.get("owner") or ""), str(claims.get("team") or ""))
        return owner_id, team_id, self.scope_of(owner_id, team_id, self.atlas.of(claims, own))

    def whose(self, owner: str, team: str) -> tuple[int | None, int | None]:
        owner_id, owner_team = self.users.get(owner.lower(), (None, None))
        return owner_id, self.teams.get(team.lower()) or owner_team

    def scope_of(self, owner_id: int | None, team_id: int | None, territory_id: int | None) -> int:
        if team_id is None and territory_id is None:
            return Scope.EVERYONE
        place = (team_id, owner_id if owner_id in self.alone else None, territory_id)
        if place not in self.scopes:
            made, _new = Scope.objects.get_or_create(team_id=place[0], person_id=place[1], territory_id=place[2])
            self.scopes[place] = made.pk
        return self.scopes[place]


def wait_for_rules() -> None:
    """What is written by the rules as they are now is committed before the walk after their next change begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [RULES])


def said_of(customer_ids: Iterable[int]) -> dict[int, list[Said]]:
    """All that is said of each customer's members now."""
    trust = dict(Source.objects.values_list("name", "trust"))
    said: dict[int, list[Said]] = defaultdict(list)
    # Plain values: this runs for every customer of an import and of a bulk change.
    records = SourceRecord.objects.filter(member__customer__in=list(customer_ids)).order_by("pk")
    for customer_id, pk, source, guess, seen_at, claims, said_at in records.values_list(
        "member__customer_id", "pk", "source", "guess", "seen_at", "claims", "said_at"
    ):
        weight = GUESSED if guess else trust.get(source, TRUST)
        said[customer_id].append(Said(pk, source == BY_HAND, weight, seen_at.isoformat(), claims, said_at))
    return said


def recent_fields() -> list[str]:
    return list(FieldRule.objects.filter(rule=FieldRule.Rule.RECENT).values_list("field", flat=True))


def compute(customer_ids: Sequence[int]) -> None:
    """Write the golden fields, keys, owner and scope of these customers anew."""
    places, recent = Places.now(), recent_fields()
    rows = [
        row(customer_id, golden(said, recent), places, alone=len(said) == 1)
        for customer_id, said in said_of(customer_ids).items()
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [as_json(rows)])
        renamed = cursor.fetchall()
    index_names(renamed, fresh=False)


def row(customer_id: int, won: Mapping[str, Won], places: Places, *, alone: bool) -> dict[str, object]:
    """The columns of one customer, as the UPDATE takes them."""
    values = {name: won[name].value if name in won else ([] if name == "tags" else "") for name in FIELDS}
    values["name"] = values["name"] or NAMELESS
    extra = own_values({name: winner.value for name, winner in won.items()})
    owner, team, scope = places.of(values, extra)
    del values["owner"], values["team"]
    lineage = {} if alone else {name: [winner.record_id, winner.why] for name, winner in won.items()}
    name = str(values["name"])
    keys = {"sort_key": sort_key(name), "fold_key": fold_key(name)}
    return {
        "id": customer_id,
        **values,
        **keys,
        "owner_id": owner,
        "team_id": team,
        "scope_id": scope,
        "lineage": lineage,
        "extra": extra,
    }


UPDATE = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given(
        id bigint, name text, first_name text, last_name text, street text, postcode text, city text, region text,
        country text, language text, time_zone text, website text, tags text[], sort_key text, fold_key text,
        owner_id bigint, team_id bigint, scope_id bigint, lineage jsonb, extra jsonb)
), before AS (
    SELECT customer.id, customer.name FROM customers_customer customer JOIN given USING (id)
    ORDER BY id FOR NO KEY UPDATE OF customer
), written AS (
    UPDATE customers_customer customer SET
        name = given.name, first_name = given.first_name, last_name = given.last_name, street = given.street,
        postcode = given.postcode, city = given.city, region = given.region, country = given.country,
        language = given.language, time_zone = given.time_zone, website = given.website, tags = given.tags,
        sort_key = given.sort_key, fold_key = given.fold_key, owner_id = given.owner_id, team_id = given.team_id,
        scope_id = given.scope_id, lineage = given.lineage, extra = given.extra
    FROM given, before WHERE customer.id = given.id AND before.id = given.id
    RETURNING customer.id, customer.name, before.name AS old
)
SELECT id, name FROM written WHERE name <> old
"""
