"""The addresses of views of lists."""

from django.urls import path

from rapport.lists import chart_views, views

app_name = "lists"
urlpatterns = [
    path("lists/<slug:listing>/chart/", chart_views.chart, name="chart"),
    path("lists/<slug:listing>/views/", views.views, name="views"),
    path("lists/<slug:listing>/views/new/", views.new, name="new"),
    path("lists/<slug:listing>/conditions/", views.conditions, name="conditions"),
    path("lists/<slug:listing>/condition/", views.condition, name="condition"),
    path("views/<int:view_id>/", views.open_view, name="open"),
    path("views/<int:view_id>/change/", views.change, name="change"),
    path("views/<int:view_id>/save/", views.save, name="save"),
    path("views/<int:view_id>/copy/", views.copy, name="copy"),
    path("views/<int:view_id>/dropping/", views.dropping, name="dropping"),
    path("views/<int:view_id>/pinning/", views.pinning, name="pinning"),
    path("views/<int:view_id>/beginning/", views.beginning, name="beginning"),
]
