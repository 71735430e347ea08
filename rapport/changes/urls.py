"""Addresses of what was changed lately and of the trash."""

from django.urls import path

from rapport.changes import trash_views, views

app_name = "changes"
urlpatterns = [
    path("changes/", views.recent, name="recent"),
    path("changes/<int:change_id>/", views.change, name="change"),
    path("changes/<int:change_id>/undo/", views.undo, name="undo"),
    path("trash/", trash_views.trash, name="trash"),
    path("trash/<int:trashed_id>/", trash_views.trashed, name="trashed"),
    path("trash/<int:trashed_id>/restore/", trash_views.restore, name="restore"),
]
