"""IIIF documents of others as what becomes records: Presentation 3.0, and by way of an upgrade 2.0 and 2.1. Pure.

`document` takes bytes to a 3.0 tree; `collection`, `manifest` and `page` read such trees. What of a document cannot be
kept is named in `losses`, each a sentence that begins with its place, such as `items.3.thumbnail`.
"""
