"""IIIF documents from snapshots: plain dictionaries, one small function per property."""

#: Raise it when the same facts give other documents: everything published before is then built again.
VERSION = "2"
