"""Images, their sources and purges, under `/api/v1/`."""

from django.urls import path

from images.api import actions, images, masters, purges, recipes, records, sources

urlpatterns = [
    path("sources", sources.Sources.as_view(), name="api-sources"),
    path("sources/<str:slug>", sources.OneSource.as_view(), name="api-source"),
    path("sources/<str:slug>/images/<path:external_id>", images.ImageByKey.as_view(), name="api-image-by-key"),
    path("images", images.Images.as_view(), name="api-images"),
    path("images/purges", purges.PurgeImages.as_view(), name="api-images-purges"),
    path("images/<uuid:pk>", images.ImageById.as_view(), name="api-image"),
    path("images/<uuid:pk>/events", records.ImageEvents.as_view(), name="api-image-events"),
    path("images/<uuid:pk>/identifiers", records.ImageIdentifiers.as_view(), name="api-image-identifiers"),
    path("images/<uuid:pk>/master", masters.ImageMaster.as_view(), name="api-image-master"),
    path("images/<uuid:pk>/convert", actions.Convert.as_view(), name="api-image-convert"),
    path("images/<uuid:pk>/purge", purges.PurgeImage.as_view(), name="api-image-purge"),
    path("images/<uuid:pk>/rename", actions.Rename.as_view(), name="api-image-rename"),
    path("images/<uuid:pk>/merge", actions.Merge.as_view(), name="api-image-merge"),
    path("images/<uuid:pk>/restore", actions.Restore.as_view(), name="api-image-restore"),
    path("recipes", recipes.Recipes.as_view(), name="api-recipes"),
    path("recipes/<str:recipe>", recipes.OneRecipe.as_view(), name="api-recipe"),
    path("recipes/<str:recipe>/convert", recipes.Convert.as_view(), name="api-recipe-convert"),
    path("purges", purges.Purges.as_view(), name="api-purges"),
    path("purges/<uuid:pk>", purges.OnePurge.as_view(), name="api-purge"),
]
