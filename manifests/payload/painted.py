"""What a system sends of the things painted on a page: pictures by its own keys, or content of others. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from manifests.payload.description import read

MOST_PAINTINGS = 500
FIELDS = ("external_id", "url", "id", "content", "target", "region", "rotation", "choice", "label")
LONGEST = {"external_id": 1000, "url": 4000, "choice": 60}
_BOX = re.compile(r"(?:xywh=)?(pct:)?(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)", re.ASCII)
_ROTATION = re.compile(r"!?\d{1,3}(?:\.\d{1,10})?", re.ASCII)
#: An address of the web, in one word.
_ADDRESS = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*")


@dataclass(frozen=True, slots=True)
class PictureSent:
    """A picture by the sender's key; with an address it may be fetched there when it has not been sent yet.

    Or any picture that is here, by its `id`; the key is empty then.
    """

    external_id: str
    url: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaintingSent:
    """One thing on a page: `picture`, or `content` in Presentation 3.0 shape. The rest as the columns of `Painting`."""

    picture: PictureSent | None = None
    content: dict[str, Any] | None = None
    target: dict[str, Any] | None = None
    region: dict[str, Any] | None = None
    choice: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    annotation: dict[str, Any] = field(default_factory=dict)


def picture(reader: Any, sent: Any, place: str) -> PictureSent | None:
    """An external id, or an object with one; None where it is neither, which `reader` is told."""
    if isinstance(sent, str):
        sent = {"external_id": sent}
    if not isinstance(sent, Mapping):
        reader.fault(place, "object", "It must be an external id, or an object with one.")
        return None
    reader.known(sent, ("external_id", "url", "id"), f"{place}.")
    return _picture(reader, sent, place)


def paintings(reader: Any, sent: Any, place: str) -> tuple[PaintingSent, ...]:
    """Everything on the page, in its order: what comes later lies above."""
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_PAINTINGS:
        reader.fault(place, "list", f"It must be a list of 1 to {MOST_PAINTINGS} things to paint.")
        return ()
    return tuple(_painting(reader, each, f"{place}.{number}") for number, each in enumerate(sent))


def _painting(reader: Any, sent: Any, place: str) -> PaintingSent:
    if isinstance(sent, str):
        return PaintingSent(picture(reader, sent, place))
    if not isinstance(sent, Mapping):
        reader.fault(place, "object", "It must be an external id, or an object.")
        return PaintingSent()
    reader.known(sent, FIELDS, f"{place}.")
    if ("content" in sent) == ("external_id" in sent or "id" in sent):
        reader.fault(place, "painting", "It needs the external id or the id of a picture, or content of others.")
        return PaintingSent()
    return PaintingSent(
        picture=None if "content" in sent else _picture(reader, sent, place),
        content=_content(reader, sent["content"], f"{place}.content") if "content" in sent else None,
        target=_target(reader, sent.get("target"), f"{place}.target"),
        region=_region(reader, sent, place),
        choice=reader.text(sent, "choice", f"{place}.", LONGEST["choice"]) or "",
        body=_label(reader, sent, place),
    )


def _picture(reader: Any, sent: Mapping[str, Any], place: str) -> PictureSent | None:
    if sent.get("id") is not None:
        return _by_id(reader, sent, place)
    key, url = (reader.text(sent, name, f"{place}.", LONGEST[name]) for name in ("external_id", "url"))
    if sent.get("external_id") is None:
        reader.fault(f"{place}.external_id", "required", "A picture needs an external id.")
    return PictureSent(key, url or "") if key else None


def _by_id(reader: Any, sent: Mapping[str, Any], place: str) -> PictureSent | None:
    if sent.get("external_id") is not None or sent.get("url") is not None:
        reader.fault(f"{place}.id", "twice", "A picture is named by its id, or by its external id: not by both.")
        return None
    try:
        return PictureSent("", id=UUID(sent["id"]))
    except (ValueError, TypeError, AttributeError):
        reader.fault(f"{place}.id", "uuid", "It must be the id of a picture.")
        return None


def _content(reader: Any, sent: Any, place: str) -> dict[str, Any] | None:
    """Presentation 3.0 §5.7: an image, sound, film or text elsewhere, by its address; read as a thumbnail is."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("id"), str) or not _ADDRESS.fullmatch(sent["id"]):
        reader.fault(place, "content", "It must be a resource with an http or https address as its id, and a type.")
        return None
    found, faults = read({"thumbnail": [dict(sent)]})
    for fault in faults:
        reader.fault(f"{place}{fault.field.removeprefix('thumbnail').removeprefix('.0')}", fault.code, fault.sentence)
    listed: list[dict[str, Any]] = found.get("thumbnail") or []
    return listed[0] if listed else None


def _target(reader: Any, sent: Any, place: str) -> dict[str, Any] | None:
    """A rectangle of the page, "x,y,width,height" in its pixels; none is the whole page."""
    if sent is None:
        return None
    box = _box(sent)
    if box is None:
        reader.fault(place, "region", 'It must be "x,y,width,height", in pixels of the page.')
        return None
    return {"fragment": f"xywh={box}"}


def _region(reader: Any, sent: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    """The part of the picture, and how it is turned: what an Image API request has at these places (3.0 §4.1, §4.3)."""
    found: dict[str, Any] = {}
    if (region := sent.get("region")) is not None:
        box = "square" if region == "square" else _box(region)
        if box is None:
            reader.fault(f"{place}.region", "region", 'It must be "x,y,width,height", in pixels of the picture.')
        else:
            found["region"] = box
    if (rotation := sent.get("rotation")) is not None:
        text = str(rotation)
        if not _ROTATION.fullmatch(text) or float(text.lstrip("!")) > 360:
            reader.fault(
                f"{place}.rotation", "rotation", "It must be degrees from 0 to 360, with ! before it mirrored."
            )
        elif text != "0":
            found["rotation"] = text
    return {"type": "ImageApiSelector", **found} if found else None


def _box(sent: Any) -> str | None:
    found = _BOX.fullmatch(sent) if isinstance(sent, str) else None
    if not found or not all(float(edge) > 0 for edge in found.groups()[3:]):
        return None
    percent, *edges = found.groups()
    return f"{percent or ''}{','.join(edges)}"


def _label(reader: Any, sent: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What it is called, in a choice."""
    found, faults = read({"label": sent["label"]} if "label" in sent else {}, f"{place}.")
    reader.faults += faults
    return {name: value for name, value in found.items() if value is not None}
