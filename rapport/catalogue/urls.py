"""Addresses of products and taxes."""

from django.urls import path

from rapport.catalogue import price_views, tax_views, views

app_name = "catalogue"
urlpatterns = [
    path("products/", views.list_page, name="list"),
    path("products/export.<str:form>", views.export_list, name="export"),
    path("products/choose/", views.choose, name="choose"),
    path("products/new/", views.new, name="new"),
    path("products/<int:product_id>/", views.product, name="product"),
    path("products/<int:product_id>/change/", views.change, name="change"),
    path("products/<int:product_id>/retire/", views.retire, name="retire"),
    path("products/<int:product_id>/take-up/", views.take_up, name="take_up"),
    path("products/<int:product_id>/parts/", views.put_part, name="put_part"),
    path("products/parts/<int:component_id>/drop/", views.drop_part, name="drop_part"),
    path("price-lists/", price_views.price_lists, name="price_lists"),
    path("price-lists/new/", price_views.add_price_list, name="add_price_list"),
    path("price-lists/<int:price_list_id>/", price_views.price_list, name="price_list"),
    path("price-lists/<int:price_list_id>/change/", price_views.change_price_list, name="change_price_list"),
    path("price-lists/<int:price_list_id>/retire/", price_views.drop_price_list, name="drop_price_list"),
    path("price-lists/<int:price_list_id>/prices/", price_views.put_price, name="put_price"),
    path("price-lists/prices/<int:price_id>/drop/", price_views.drop_price, name="drop_price"),
    path("taxes/", tax_views.taxes, name="taxes"),
    path("taxes/new/", tax_views.add_tax, name="add_tax"),
    path("taxes/<int:tax_id>/", tax_views.tax, name="tax"),
    path("taxes/<int:tax_id>/retire/", tax_views.drop_tax, name="drop_tax"),
]
