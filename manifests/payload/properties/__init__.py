"""Readers of IIIF properties, by subject. `manifests.payload.description` is what others call."""
