"""Addresses of the demo company."""

from django.urls import path

from rapport.demo import views

app_name = "demo"
urlpatterns = [path("demo/", views.farewell, name="farewell")]
