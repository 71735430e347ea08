"""Addresses of the market."""

from django.urls import path

from rapport.market import views

app_name = "market"
urlpatterns = [
    path("market/", views.market, name="market"),
    path("market/<int:competitor_id>/", views.competitor, name="competitor"),
    path("market/<int:competitor_id>/mentions/", views.mentions, name="mentions"),
]
