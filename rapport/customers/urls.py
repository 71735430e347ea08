"""The addresses of customers."""

from django.urls import path

from rapport.customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.list_page, name="list"),
    path("customers/export.<str:form>", views.export_list, name="export"),
]
