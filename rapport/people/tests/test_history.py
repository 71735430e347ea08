"""The history keeps who let somebody in, changed what they may do, or kept them out."""

import pytest
from django.apps import apps

from rapport.people.models import User


@pytest.mark.req("G5")
def test_who_let_somebody_in_and_who_kept_them_out_stays_known(boss, iberia, signed_in):
    browser = signed_in(boss)
    browser.post("/people/add/", {"name": "Rui", "email": "rui@x.example", "role": "agent", "language": "de"})
    rui = User.objects.get(email="rui@x.example")
    browser.post(f"/people/{rui.pk}/", {"name": "Rui", "role": "manager", "team": iberia.pk})
    browser.post(f"/people/{rui.pk}/activation/", {"active": "no"})
    rui.refresh_from_db()
    assert (rui.role_id, rui.is_active) == ("manager", False)
    kept = apps.get_model("people", "UserEvent").objects.filter(pgh_obj=rui).order_by("pgh_id")
    told = kept.values_list("pgh_label", "role", "is_active", "pgh_context__metadata__user")
    assert list(told) == [
        ("added", "agent", True, boss.pk),
        ("changed", "agent", True, boss.pk),
        ("changed", "manager", True, boss.pk),
    ]
