"""Addresses of orders."""

from django.urls import path

from rapport.sales import list_views

app_name = "sales"
urlpatterns = [
    path("orders/", list_views.list_page, name="list"),
    path("orders/export.<str:form>", list_views.export_list, name="export"),
]
