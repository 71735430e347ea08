"""Addresses of reviewing duplicates."""

from django.urls import path

from rapport.identity import duplicate_views as views
from rapport.identity import sweep_views

app_name = "duplicates"
urlpatterns = [
    path("duplicates/", views.to_decide, name="queue"),
    path("duplicates/decided/", views.decisions, name="decisions"),
    path("duplicates/<int:pair_id>/merge/", views.merged, name="merge"),
    path("duplicates/<int:pair_id>/apart/", views.kept_apart, name="apart"),
    path("duplicates/<int:pair_id>/undo/", views.reopened, name="undo"),
    path("duplicates/compare/", sweep_views.begun, name="compare"),
    path("duplicates/compare/progress/", sweep_views.progress, name="progress"),
    path("duplicates/compare/stop/", sweep_views.stopped, name="stop"),
]
