"""Addresses of oversight: leavers, reasons, and looking as somebody else."""

from django.urls import path

from rapport.oversight import handover_views, look_views, territory_views, why_views

app_name = "oversight"
urlpatterns = [
    path("people/leavers/", handover_views.leavers, name="leavers"),
    path("people/<int:user_id>/handover/", handover_views.handover, name="handover"),
    path("people/<int:user_id>/sees/", why_views.person_sees, name="person_sees"),
    path("customers/<int:customer_id>/readers/", why_views.who_sees, name="who_sees"),
    path("people/<int:user_id>/look/", look_views.begin, name="look"),
    path("people/territories/", territory_views.territories, name="territories"),
    path("people/territories/placing/", territory_views.placing, name="placing"),
    path("people/territories/add/", territory_views.add_territory, name="add_territory"),
    path("people/territories/<int:territory_id>/", territory_views.territory, name="territory"),
    path("people/territories/<int:territory_id>/drop/", territory_views.drop, name="drop_territory"),
    path("look/stop/", look_views.stop, name="stop_looking"),
]
