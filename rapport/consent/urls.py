"""Addresses of suppressions."""

from django.urls import path

from rapport.consent import views

app_name = "consent"
urlpatterns = [
    path("suppressions/", views.suppressions, name="suppressions"),
    path("suppressions/new/", views.add, name="add"),
    path("suppressions/<int:suppression_id>/lift/", views.lift, name="lift"),
]
