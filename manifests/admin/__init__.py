"""The curator's pages of manifests, their pages, and collections."""

from manifests.admin import collections, manifests

__all__ = ["collections", "manifests"]
