"""Addresses of the pieces of the customer page, and of logging a call from anywhere."""

from django.urls import path

from rapport.profile import past_views, views

app_name = "profile"
urlpatterns = [
    path("customers/<int:customer_id>/fresh/", views.fresh, name="fresh"),
    path("customers/<int:customer_id>/late/", views.following, name="late"),
    path("customers/<int:customer_id>/panels/<slug:name>/", views.panel, name="panel"),
    path("customers/<int:customer_id>/past/", past_views.past, name="past"),
    path("panels/<slug:name>/fold/", views.folding, name="fold"),
    path("calls/new/", views.log_call, name="log_call"),
]
