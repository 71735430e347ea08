"""Addresses of tasks, and of calls from which tasks follow."""

from django.urls import path

from rapport.agenda import list_views, pin_views, views

app_name = "agenda"
urlpatterns = [
    path("tasks/", list_views.list_page, name="list"),
    path("tasks/export.<str:form>", list_views.export_list, name="export"),
    path("customers/<int:customer_id>/calls/", views.call, name="log_call"),
    path("customers/<int:customer_id>/tasks/", views.add, name="add_task"),
    path("tasks/<int:task_id>/done/", views.finish, name="finish_task"),
    path("tasks/<int:task_id>/reopen/", views.reopen, name="reopen_task"),
    path("tasks/<int:task_id>/drop/", views.drop, name="drop_task"),
    path("customers/<int:customer_id>/pin/", pin_views.pin_customer, name="pin_customer"),
    path("pins/", pin_views.pin_page, name="pin_page"),
    path("pins/<int:pin_id>/drop/", pin_views.drop_pin, name="drop_pin"),
]
