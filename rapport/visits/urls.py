"""Addresses of visits."""

from django.urls import path

from rapport.visits import map_views, views

app_name = "visits"
urlpatterns = [
    path("visits/", views.day, name="day"),
    path("deals/map/", map_views.map_page, name="map"),
    path("visits/plan/", views.plan, name="plan"),
    path("visits/plan/whom/", views.choose, name="choose"),
    path("visits/<int:meeting_id>/brief/", views.brief, name="brief"),
    path("visits/<int:meeting_id>/report/", views.report, name="report"),
    path("customers/<int:customer_id>/spot/", views.spot, name="spot"),
]
