"""Addresses of KPIs."""

from django.urls import path

from rapport.insight import views

app_name = "insight"
urlpatterns = [
    path("kpis/", views.index, name="kpis"),
    path("kpis/<slug:kpi_name>/", views.kpi, name="kpi"),
    path("kpis/<slug:kpi_name>/records/", views.records, name="records"),
    path("kpis/<slug:kpi_name>/owner/", views.owner, name="owner"),
]
