"""Addresses of orders, deals and pipelines."""

from django.urls import path

from rapport.sales import board_views, deal_views, line_views, list_views, pipeline_views, rate_views

app_name = "sales"
urlpatterns = [
    path("orders/", list_views.list_page, name="list"),
    path("orders/export.<str:form>", list_views.export_list, name="export"),
    path("deals/", deal_views.list_page, name="deals"),
    path("deals/export.<str:form>", deal_views.export_list, name="export_deals"),
    path("deals/board/", board_views.board, name="board"),
    path("deals/board/<int:stage_id>/more/", board_views.more, name="more"),
    path("deals/new/", deal_views.new, name="new"),
    path("deals/<int:deal_id>/", deal_views.deal, name="deal"),
    path("deals/<int:deal_id>/change/", deal_views.change, name="change"),
    path("deals/<int:deal_id>/lines/", line_views.lines, name="lines"),
    path("deals/<int:deal_id>/move/<int:stage_id>/", deal_views.move, name="move"),
    path("pipelines/", pipeline_views.pipelines, name="pipelines"),
    path("pipelines/begin/", pipeline_views.begin, name="begin"),
    path("pipelines/new/", pipeline_views.add_pipeline, name="add_pipeline"),
    path("pipelines/<int:pipeline_id>/", pipeline_views.pipeline, name="pipeline"),
    path("pipelines/<int:pipeline_id>/retire/", pipeline_views.retire_pipeline, name="retire_pipeline"),
    path("pipelines/<int:pipeline_id>/order/", pipeline_views.put, name="put_stages"),
    path("pipelines/<int:pipeline_id>/stages/new/", pipeline_views.add_stage, name="add_stage"),
    path("pipelines/stages/<int:stage_id>/", pipeline_views.stage, name="stage"),
    path("pipelines/stages/<int:stage_id>/retire/", pipeline_views.retire_stage, name="retire_stage"),
    path("pipelines/reasons/new/", pipeline_views.add_reason, name="add_reason"),
    path("pipelines/reasons/<int:reason_id>/", pipeline_views.reason, name="reason"),
    path("pipelines/reasons/<int:reason_id>/retire/", pipeline_views.retire_reason, name="retire_reason"),
    path("rates/", rate_views.rates, name="rates"),
    path("rates/new/", rate_views.add_rate, name="add_rate"),
    path("rates/import/", rate_views.import_rates, name="import_rates"),
    path("rates/currency/", rate_views.books, name="books"),
    path("rates/<int:rate_id>/delete/", rate_views.drop_rate, name="drop_rate"),
]
