"""Addresses of the start page."""

from django.urls import path

from rapport.home import views

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
    path("day/contacts/", views.contacts, name="contacts"),
]
