"""The address that watchers ask."""

from django.urls import path

from rapport.installation import views

urlpatterns = [path("health", views.health, name="health")]
