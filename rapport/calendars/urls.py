"""Addresses of meetings."""

from django.urls import path

from rapport.calendars import views

app_name = "calendars"
urlpatterns = [
    path("meetings/", views.mine, name="mine"),
    path("meetings/new/", views.new, name="new"),
    path("meetings/guests/", views.choose, name="guests"),
    path("meetings/<int:meeting_id>/", views.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/edit/", views.edit, name="edit"),
    path("meetings/<int:meeting_id>/held/", views.held, name="held"),
    path("meetings/<int:meeting_id>/cancel/", views.cancel, name="cancel"),
    path("meetings/<int:meeting_id>/restore/", views.restore, name="restore"),
]
