"""Addresses of letters."""

from django.urls import path, register_converter

from rapport.letters import opening_views, other_views, views


class Step:
    """What may be decided about a message."""

    regex = "again|arrived|away"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Step, "step")
app_name = "letters"
urlpatterns = [
    path("letters/<int:customer_id>/", views.compose, name="compose"),
    path("letters/<int:customer_id>/text/", other_views.text, name="text"),
    path("letters/<int:customer_id>/post/", other_views.post, name="post"),
    path("letters/<int:customer_id>/words/", views.words, name="words"),
    path("letters/<int:customer_id>/preview/", views.preview, name="preview"),
    path("letters/<int:customer_id>/<slug:use>/templates/", opening_views.openings, name="openings"),
    path("letters/<int:customer_id>/<slug:use>/opening/", opening_views.opening, name="opening"),
    path("customers/<int:customer_id>/outbox/", views.outbox, name="outbox"),
    path("customers/<int:customer_id>/messages/", views.messages, name="messages"),
    path("messages/<int:message_id>/undo/", views.undo, name="take_back"),
    path("messages/<int:message_id>/<step:step>/", views.settle, name="settle"),
]
