"""Below /iiif/ (Image API 2.1.1 and 3.0)."""

from django.urls import path

from images import views

urlpatterns = [
    path("2/<path:path>", views.image, {"version": 2}),
    path("3/<path:path>", views.image, {"version": 3}),
    path("<path:path>", views.newest),
]
