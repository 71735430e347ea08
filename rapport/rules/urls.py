"""The addresses of rules, of what they did and of why."""

from django.urls import path

from rapport.rules import views

app_name = "rules"
urlpatterns = [
    path("rules/", views.list_page, name="list"),
    path("rules/new/", views.new, name="new"),
    path("rules/<int:rule_id>/", views.rule, name="rule"),
    path("rules/<int:rule_id>/edit/", views.edit, name="edit"),
    path("rules/<int:rule_id>/past/", views.past, name="past"),
    path("rules/<int:rule_id>/switch/", views.switching, name="switch"),
    path("rules/<int:rule_id>/order/", views.order, name="order"),
    path("rules/runs/<int:rule_run_id>/", views.run, name="run"),
    path("rules/runs/<int:rule_run_id>/undo/", views.undo, name="undo"),
    path("rules/runs/<int:rule_run_id>/why/", views.why_run, name="why_run"),
    path("rules/why/<int:act_id>/", views.why, name="why"),
]
