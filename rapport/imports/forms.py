"""What a user says about an import: the file, and what its columns mean."""

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rapport.imports.fields import CHOICES, FIELDS, KEYS, Kind, names, takes_many
from rapport.imports.plan import Condition, Plan
from rapport.imports.propose import Wishes

CONSTANTS = 4


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"))
    kind = forms.ChoiceField(
        label=_("What is in it"),
        required=False,
        choices=[("", _("Find out")), *CHOICES],
        help_text=_("You can change it on the next page."),
    )


def key_choices(kind: Kind) -> list[tuple[str, str]]:
    labels = {one.name: str(one.label) for one in FIELDS[kind]}
    return [("", str(_("Id, then e-mail, then phone with an equal name"))), *((key, labels[key]) for key in KEYS[kind])]


def wishes_of(said: QueryDict, plan: Plan, changed: str) -> Wishes:
    """What the mapping page says; another kind or header is proposed for afresh. ``changed`` was touched last."""
    asked = said.get("kind", "")
    kind = Kind(asked) if asked in Kind.values else plan.kind
    header = "header" in said
    afresh = kind != plan.kind or header != plan.layout.header
    return Wishes(
        kind=kind,
        source=said.get("source", "").strip(),
        key=said.get("key", "") if kind == plan.kind and said.get("key", "") in KEYS[kind] else "",
        header=header,
        mapping=() if afresh else mapping_of(said, plan, changed),
        only_mapped=not afresh,
        where=() if header != plan.layout.header else where_of(said, plan),
        zone=plan.zone or settings.TIME_ZONE,
    )


def mapping_of(said: QueryDict, plan: Plan, changed: str) -> tuple[tuple[str, str], ...]:
    """Pairs of column or "=value" and field. A field that holds one value goes to whoever asked for it last."""
    known = set(names(plan.kind))
    asked = [(f"column-{place}", column) for place, column in enumerate(plan.columns)]
    pairs = [(name, column, said.get(name, "")) for name, column in asked]
    for number in range(CONSTANTS):
        value = said.get(f"value-{number}", "").strip()
        pairs.append((f"constant-{number}", f"={value}", said.get(f"constant-{number}", "") if value else ""))
    pairs.sort(key=lambda pair: pair[0] != changed)
    taken: set[str] = set()
    found: dict[str, str] = {}
    for _name, left, field in pairs:
        if field in known and (takes_many(plan.kind, field) or field not in taken):
            taken.add(field)
            found[left] = field
    return tuple(found.items())


def where_of(said: QueryDict, plan: Plan) -> tuple[Condition, ...]:
    column, values = said.get("where-column", ""), said.get("where-value", "")
    if column not in plan.columns:
        return ()
    return tuple(Condition(column, value.strip()) for value in values.split("|") if value.strip())
