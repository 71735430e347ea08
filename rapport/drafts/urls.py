"""The address of drafts."""

from django.urls import path

from rapport.drafts import views

app_name = "drafts"
urlpatterns = [path("drafts/", views.drafts, name="drafts")]
