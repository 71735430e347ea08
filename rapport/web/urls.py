"""The addresses of web sites, forms and visits."""

from django.urls import path

from rapport.web import public_views, views

app_name = "web"
urlpatterns = [
    path("web/v1/rapport.js", public_views.script, name="script"),
    path("web/v1/seen", public_views.seen, name="seen"),
    path("web/forms/<str:form_key>", public_views.form, name="form"),
    path("web/forms/<str:form_key>/token", public_views.token, name="token"),
    path("web-sites/", views.sites, name="sites"),
    path("web-sites/add/", views.add_site, name="add_site"),
    path("web-sites/<int:site_id>/", views.site, name="site"),
    path("web-sites/<int:site_id>/forms/add/", views.add_form, name="add_form"),
    path("web-sites/forms/<int:web_form_id>/", views.manage, name="manage"),
]
