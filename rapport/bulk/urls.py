"""Addresses of bulk changes."""

from django.urls import path

from rapport.bulk import views

app_name = "bulk"
urlpatterns = [
    path("bulk/", views.history, name="history"),
    path("bulk/of/<slug:records_name>/", views.prepare, name="prepare"),
    path("bulk/<int:bulk_id>/", views.run, name="run"),
    path("bulk/<int:bulk_id>/progress/", views.progress, name="progress"),
    path("bulk/<int:bulk_id>/stop/", views.stop, name="stop"),
    path("bulk/<int:bulk_id>/resume/", views.resume, name="resume"),
    path("bulk/<int:bulk_id>/undo/", views.undo, name="undo"),
    path("bulk/<int:bulk_id>/refusals/", views.refusals, name="refusals"),
    path("bulk/<int:bulk_id>/file/", views.file, name="file"),
]
