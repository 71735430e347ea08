"""Addresses of quotes: those for colleagues, and those that customers open by a link."""

from django.urls import path

from rapport.quotes import agreement_views, public_views, views

app_name = "quotes"
urlpatterns = [
    path("quotes/", views.list_page, name="list"),
    path("quotes/export.<str:form>", views.export_list, name="export"),
    path("renewals/", agreement_views.agreements, name="agreements"),
    path("renewals/export.<str:form>", agreement_views.export_agreements, name="export_agreements"),
    path("quotes/limits/", views.limits, name="limits"),
    path("quotes/of/<int:deal_id>/", views.write, name="write"),
    path("quotes/<int:quote_id>/", views.quote, name="quote"),
    path("quotes/<int:quote_id>/change/", views.change, name="change"),
    path("quotes/<int:quote_id>/ask/", views.ask, name="ask"),
    path("quotes/<int:quote_id>/approve/", views.approve, name="approve"),
    path("quotes/<int:quote_id>/send/", views.send_out, name="send_out"),
    path("quotes/<int:quote_id>/withdraw/", views.take_back, name="take_back"),
    path("quotes/<int:quote_id>/renew/", views.renew, name="renew"),
    path("quotes/<int:quote_id>/compare/", views.compare, name="compare"),
    path("quotes/<int:quote_id>/pdf/", views.pdf, name="pdf"),
    path("q/<str:quote_link>/", public_views.open_quote, name="open"),
    path("q/<str:quote_link>/quote.pdf", public_views.document, name="document"),
    path("q/<str:quote_link>/accept/", public_views.accept, name="accept"),
    path("q/<str:quote_link>/decline/", public_views.decline, name="decline"),
    path("q/<str:quote_link>/question/", public_views.question, name="question"),
]
