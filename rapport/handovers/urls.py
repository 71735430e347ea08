"""Addresses of hand-overs and of their plans."""

from django.urls import path

from rapport.handovers import plan_views, views

app_name = "handovers"
urlpatterns = [
    path("handovers/", views.inbox_page, name="inbox"),
    path("handovers/of/<int:deal_id>/", views.begin, name="begin"),
    path("handovers/<int:handover_id>/", views.handover, name="handover"),
    path("handovers/<int:handover_id>/fill/", views.fill, name="fill"),
    path("handovers/<int:handover_id>/send/", views.send_out, name="send_out"),
    path("handovers/<int:handover_id>/take-back/", views.take_back, name="take_back"),
    path("handovers/<int:handover_id>/give-up/", views.give_up, name="give_up"),
    path("handovers/<int:handover_id>/take/", views.take, name="take"),
    path("handovers/<int:handover_id>/accept/", views.accept, name="accept"),
    path("handovers/<int:handover_id>/return/", views.return_to_sender, name="send_back"),
    path("handovers/<int:handover_id>/on/", views.go_on, name="go_on"),
    path("handovers/plans/", plan_views.plans, name="plans"),
    path("handovers/plans/new/", plan_views.add_plan, name="add_plan"),
    path("handovers/plans/<int:handover_plan_id>/", plan_views.plan, name="plan"),
    path("handovers/plans/<int:handover_plan_id>/retire/", plan_views.retire_plan, name="retire_plan"),
    path("handovers/plans/<int:handover_plan_id>/stations/new/", plan_views.add_station, name="add_station"),
    path("handovers/stations/<int:station_id>/", plan_views.station, name="station"),
    path("handovers/stations/<int:station_id>/put/", plan_views.put_station, name="put_station"),
    path("handovers/stations/<int:station_id>/retire/", plan_views.retire_station, name="retire_station"),
    path("handovers/stations/<int:station_id>/points/new/", plan_views.add_point, name="add_point"),
    path("handovers/stations/<int:station_id>/tasks/new/", plan_views.add_duty, name="add_duty"),
    path("handovers/points/<int:point_id>/", plan_views.point, name="point"),
    path("handovers/points/<int:point_id>/put/", plan_views.put_point, name="put_point"),
    path("handovers/points/<int:point_id>/retire/", plan_views.retire_point, name="retire_point"),
    path("handovers/tasks/<int:duty_id>/", plan_views.duty, name="duty"),
    path("handovers/tasks/<int:duty_id>/retire/", plan_views.retire_duty, name="retire_duty"),
]
