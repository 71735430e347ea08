"""Addresses of imports."""

from django.urls import path

from rapport.imports import revert_views, views, watch_views

app_name = "imports"
urlpatterns = [
    path("imports/", views.history, name="history"),
    path("imports/new/", views.new, name="new"),
    path("imports/watches/", watch_views.watches, name="watches"),
    path("imports/watches/<int:watch_id>/", watch_views.watch, name="watch"),
    path("imports/<int:run_id>/", views.show, name="run"),
    path("imports/<int:run_id>/mapping/", views.mapping, name="mapping"),
    path("imports/<int:run_id>/field/", views.declare_field, name="field"),
    path("imports/<int:run_id>/again/", views.again, name="again"),
    path("imports/<int:run_id>/rehearsal/", views.rehearsal, name="rehearsal"),
    path("imports/<int:run_id>/start/", views.begin, name="start"),
    path("imports/<int:run_id>/stop/", views.stop, name="stop"),
    path("imports/<int:run_id>/resume/", views.resume, name="resume"),
    path("imports/<int:run_id>/progress/", views.progress, name="progress"),
    path("imports/<int:run_id>/failed/", views.failed, name="failed"),
    path("imports/<int:run_id>/consider/", revert_views.consider, name="consider"),
    path("imports/<int:run_id>/revert/", revert_views.take_back, name="revert"),
    path("imports/<int:run_id>/stayed/", revert_views.left, name="left"),
    path("imports/<int:run_id>/discard/", views.discard, name="discard"),
]
