"""Addresses of the first-run guide; top-level names, because every room may lead there."""

from django.urls import path

from rapport.home import welcome_views as views

urlpatterns = [
    path("welcome/", views.founding, name="welcome"),
    path("welcome/language/<str:code>/", views.language, name="welcome-language"),
    path("welcome/place/", views.place, name="welcome-place"),
    path("welcome/teams/", views.teams, name="welcome-teams"),
    path("welcome/start/", views.start, name="welcome-start"),
]
