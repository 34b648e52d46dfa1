"""The text of a page, from ALTO, hOCR or plain text, and the annotations that it becomes. Pure."""

from manifests.payload.texts.annotating import CONTEXT, annotations
from manifests.payload.texts.reading import read
from manifests.payload.texts.running import plain_text
from manifests.payload.texts.shapes import Block, Box, Line, PageText, Word

__all__ = ["CONTEXT", "Block", "Box", "Line", "PageText", "Word", "annotations", "plain_text", "read"]
