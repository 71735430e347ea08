"""Addresses of timelines."""

from django.urls import path

from rapport.timeline import list_views, views

app_name = "timeline"
urlpatterns = [
    path("interactions/", list_views.list_page, name="list"),
    path("interactions/export.<str:form>", list_views.export_list, name="export"),
    path("customers/<int:customer_id>/timeline/", views.lines, name="lines"),
    path("customers/<int:customer_id>/notes/", views.add_note, name="add_note"),
    path("interactions/<int:interaction_id>/text/", views.text, name="text"),
    path("interactions/<int:interaction_id>/versions/", views.versions, name="versions"),
]
