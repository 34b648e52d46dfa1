"""The curator's pages of pictures: the list, one picture, where pictures come from, what was purged, uploads.

Who shows pictures adds a function to `shown_in`; who wants files puts `templates/admin/upload.html` on a page.
"""

from images.admin import masters, pictures, purges, sources
from images.admin.shown import shown_in
from images.admin.uploads import component

__all__ = ["component", "masters", "pictures", "purges", "shown_in", "sources"]
