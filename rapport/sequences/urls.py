"""The addresses of sequences."""

from django.urls import path

from rapport.sequences import views

app_name = "sequences"
urlpatterns = [
    path("sequences/", views.sequences, name="list"),
    path("sequences/new/", views.new, name="new"),
    path("sequences/<int:sequence_id>/", views.sequence, name="sequence"),
    path("sequences/<int:sequence_id>/edit/", views.edit, name="edit"),
    path("sequences/<int:sequence_id>/retire/", views.retire, name="retire"),
    path("sequences/with/<int:customer_id>/", views.start, name="start"),
    path("sequences/courses/<int:course_id>/stop/", views.stop, name="stop"),
]
