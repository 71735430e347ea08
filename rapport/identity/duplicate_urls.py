"""Addresses of reviewing duplicates."""

from django.urls import path

from rapport.identity import duplicate_views as views

app_name = "duplicates"
urlpatterns = [
    path("duplicates/", views.to_decide, name="queue"),
    path("duplicates/decided/", views.decisions, name="decisions"),
    path("duplicates/<int:pair_id>/merge/", views.merged, name="merge"),
    path("duplicates/<int:pair_id>/apart/", views.kept_apart, name="apart"),
    path("duplicates/<int:pair_id>/undo/", views.reopened, name="undo"),
]
