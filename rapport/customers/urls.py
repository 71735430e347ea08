"""The addresses of customers."""

from django.urls import path

from rapport.customers import colleague_views, delete_views, edit_views, tie_views, views, wish_views

app_name = "customers"
urlpatterns = [
    path("customers/", views.list_page, name="list"),
    path("customers/export.<str:form>", views.export_list, name="export"),
    path("customers/<int:customer_id>/colleagues/", colleague_views.colleagues, name="colleagues"),
    path("customers/<int:customer_id>/edit/", edit_views.edit_page, name="edit"),
    path("customers/<int:customer_id>/delete/", delete_views.delete, name="delete"),
    path("customers/<int:customer_id>/field/<str:name>/", edit_views.field, name="field"),
    path("customers/<int:customer_id>/identifiers/", edit_views.add_identifier, name="add_identifier"),
    path("customers/<int:customer_id>/identifiers/<int:identifier_id>/", edit_views.way, name="way"),
    path(
        "customers/<int:customer_id>/identifiers/<int:identifier_id>/drop/",
        edit_views.drop_identifier,
        name="drop_identifier",
    ),
    path(
        "customers/<int:customer_id>/identifiers/<int:identifier_id>/share/",
        edit_views.share_identifier,
        name="share_identifier",
    ),
    path("customers/<int:customer_id>/addresses/", edit_views.add_address, name="add_address"),
    path("customers/<int:customer_id>/addresses/<int:address_id>/drop/", edit_views.drop_address, name="drop_address"),
    path("customers/<int:customer_id>/relationships/", edit_views.add_tie, name="relate"),
    path("customers/<int:customer_id>/relationships/<int:relationship_id>/drop/", edit_views.drop_tie, name="unrelate"),
    path("customers/<int:customer_id>/relations/", tie_views.relations, name="relations"),
    path("customers/<int:customer_id>/relations/add/", tie_views.add_relation, name="add_relation"),
    path(
        "customers/<int:customer_id>/relations/<int:relationship_id>/", tie_views.amend_relation, name="amend_relation"
    ),
    path("customers/<int:customer_id>/household/", tie_views.add_household, name="add_household"),
    path("customers/<int:customer_id>/preferences/", wish_views.wishes, name="wishes"),
    path("customers/<int:customer_id>/preferences/add/", wish_views.add_wish, name="add_wish"),
    path("customers/<int:customer_id>/preferences/<int:preference_id>/drop/", wish_views.drop_wish, name="drop_wish"),
]
