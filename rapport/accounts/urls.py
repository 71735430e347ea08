"""Addresses of account plans."""

from django.urls import path

from rapport.accounts import cell_views, part_views, views

app_name = "accounts"
urlpatterns = [
    path("plans/", views.list_page, name="list"),
    path("plans/export.<str:form>", views.export_list, name="export"),
    path("plans/new/", views.new, name="new"),
    path("plans/<int:plan_id>/", views.plan, name="plan"),
    path("plans/<int:plan_id>/paper/", views.paper, name="paper"),
    path("plans/<int:plan_id>/change/", views.change, name="change"),
    path("plans/<int:plan_id>/close/", views.close, name="close"),
    path("plans/<int:plan_id>/cell/", cell_views.cell, name="cell"),
    path("plans/<int:plan_id>/people/new/", part_views.add_stakeholder, name="add_stakeholder"),
    path("plans/<int:plan_id>/goals/new/", part_views.add_goal, name="add_goal"),
    path("plans/<int:plan_id>/risks/new/", part_views.add_risk, name="add_risk"),
    path("plans/<int:plan_id>/steps/", part_views.add_step, name="add_step"),
    path("plans/people/<int:stakeholder_id>/", part_views.stakeholder, name="stakeholder"),
    path("plans/people/<int:stakeholder_id>/drop/", part_views.drop_stakeholder, name="drop_stakeholder"),
    path("plans/people/<int:stakeholder_id>/contacts/", part_views.contacts, name="contacts"),
    path("plans/goals/<int:goal_id>/", part_views.goal, name="goal"),
    path("plans/goals/<int:goal_id>/drop/", part_views.drop_goal, name="drop_goal"),
    path("plans/goals/<int:goal_id>/orders/", part_views.goal_orders, name="goal_orders"),
    path("plans/risks/<int:risk_id>/", part_views.risk, name="risk"),
    path("plans/risks/<int:risk_id>/drop/", part_views.drop_risk, name="drop_risk"),
    path("plans/aims/<int:aim_id>/drop/", cell_views.drop_aim, name="drop_aim"),
    path("plans/aims/<int:aim_id>/deal/", cell_views.open_deal, name="open_deal"),
]
