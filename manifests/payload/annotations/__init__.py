"""Annotations and annotation pages as people and machines send them, in Presentation 3.0 shape, read and checked. Pure.

What they are about is found by the names that senders know (`around`), and becomes internal references.
"""
