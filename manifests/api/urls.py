"""Manifests, their canvases, and collections, under `/api/v1/`."""

from django.urls import path

from manifests.api import actions, canvases, collections, history, manifests

urlpatterns = [
    path(
        "sources/<str:slug>/manifests/<path:external_id>",
        manifests.ManifestByKey.as_view(),
        name="api-manifest-by-key",
    ),
    path(
        "sources/<str:slug>/collections/<path:external_id>",
        collections.CollectionByKey.as_view(),
        name="api-collection-by-key",
    ),
    path("manifests", manifests.Manifests.as_view(), name="api-manifests"),
    path("manifests/<uuid:pk>", manifests.ManifestById.as_view(), name="api-manifest"),
    path("manifests/<uuid:pk>/canvases", canvases.Canvases.as_view(), name="api-manifest-canvases"),
    path("manifests/<uuid:pk>/events", history.ManifestEvents.as_view(), name="api-manifest-events"),
    path("manifests/<uuid:pk>/identifiers", history.ManifestIdentifiers.as_view(), name="api-manifest-identifiers"),
    path("manifests/<uuid:pk>/publish", actions.PublishManifest.as_view(), name="api-manifest-publish"),
    path("manifests/<uuid:pk>/purge", actions.PurgeManifest.as_view(), name="api-manifest-purge"),
    path("manifests/<uuid:pk>/rename", actions.RenameManifest.as_view(), name="api-manifest-rename"),
    path("manifests/<uuid:pk>/merge", actions.MergeManifest.as_view(), name="api-manifest-merge"),
    path("manifests/<uuid:pk>/restore", actions.RestoreManifest.as_view(), name="api-manifest-restore"),
    path("canvases/<uuid:pk>", canvases.OneCanvas.as_view(), name="api-canvas"),
    path("collections", collections.Collections.as_view(), name="api-collections"),
    path("collections/<uuid:pk>", collections.CollectionById.as_view(), name="api-collection"),
    path("collections/<uuid:pk>/members", collections.Members.as_view(), name="api-collection-members"),
    path("collections/<uuid:pk>/events", history.CollectionEvents.as_view(), name="api-collection-events"),
    path(
        "collections/<uuid:pk>/identifiers",
        history.CollectionIdentifiers.as_view(),
        name="api-collection-identifiers",
    ),
    path("collections/<uuid:pk>/publish", actions.PublishCollection.as_view(), name="api-collection-publish"),
    path("collections/<uuid:pk>/rename", actions.RenameCollection.as_view(), name="api-collection-rename"),
    path("collections/<uuid:pk>/merge", actions.MergeCollection.as_view(), name="api-collection-merge"),
    path("collections/<uuid:pk>/restore", actions.RestoreCollection.as_view(), name="api-collection-restore"),
]
