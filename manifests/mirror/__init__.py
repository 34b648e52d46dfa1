"""Copies of all public documents as files on hosts whose nginx answers with them (DESIGN §9)."""
