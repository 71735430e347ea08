"""Addresses of the start page."""

from django.urls import path

from rapport.home import phone_views, quick_views, views

app_name = "home"
urlpatterns = [
    path("", views.day, name="day"),
    path("day/tasks/", views.tasks, name="tasks"),
    path("day/meetings/", views.meetings, name="meetings"),
    path("day/news/", views.news, name="news"),
    path("day/figures/", views.figures, name="figures"),
    path("day/tasks/add/", views.add, name="add"),
    path("day/tasks/<int:task_id>/finish/", views.finish, name="finish"),
    path("day/tasks/<int:task_id>/reopen/", views.reopen, name="reopen"),
    path("day/leads/", views.leads, name="leads"),
    path("day/handovers/", views.handovers, name="handovers"),
    path("day/mentions/", views.mentions, name="mentions"),
    path("day/reminders/", views.reminders, name="reminders"),
    path("day/pins/", views.pins, name="pins"),
    path("manifest.webmanifest", phone_views.manifest, name="manifest"),
    path("service-worker.js", phone_views.worker, name="worker"),
    path("offline/", phone_views.offline, name="offline"),
    path("share/", phone_views.share, name="share"),
    path("quick/", quick_views.quick, name="quick"),
    path("day/contacts/", views.contacts, name="contacts"),
]
