"""Below /preview/<token>: the addresses of one preview link. Version 3 of documents is the one without a number."""

from django.urls import path

from manifests import preview_views as views

urlpatterns = [
    path("<str:token>", views.page, name="preview"),
    path("<str:token>/manifest", views.document),
    path("<str:token>/2/manifest", views.document, {"version": 2}),
    path("<str:token>/<uuid:record>/manifest", views.document),
    path("<str:token>/2/<uuid:record>/manifest", views.document, {"version": 2}),
    path("<str:token>/annotations/<uuid:key>", views.annotations),
    path("<str:token>/2/annotations/<uuid:key>", views.annotations, {"version": 2}),
    path("<str:token>/layers/<uuid:key>", views.layer),
    path("<str:token>/2/layers/<uuid:key>", views.layer, {"version": 2}),
    path("<str:token>/iiif/2/<path:path>", views.image, {"version": 2}),
    path("<str:token>/iiif/3/<path:path>", views.image, {"version": 3}),
]
