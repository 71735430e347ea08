"""Addresses of migrations."""

from django.urls import path

from rapport.migration import views

app_name = "migration"
urlpatterns = [
    path("imports/migrations/", views.listed, name="list"),
    path("imports/migrations/new/", views.new, name="new"),
    path("imports/migrations/<int:migration_id>/", views.show, name="one"),
    path("imports/migrations/<int:migration_id>/mapping/", views.mapping, name="mapping"),
    path("imports/migrations/<int:migration_id>/rehearsal/", views.rehearsal, name="rehearsal"),
    path("imports/migrations/<int:migration_id>/start/", views.start, name="start"),
    path("imports/migrations/<int:migration_id>/stop/", views.stop, name="stop"),
    path("imports/migrations/<int:migration_id>/progress/", views.progress, name="progress"),
    path("imports/migrations/<int:migration_id>/report/", views.report, name="report"),
    path("imports/migrations/<int:migration_id>/revert/", views.take_back, name="revert"),
    path("imports/migrations/<int:migration_id>/discard/", views.discard, name="discard"),
]
