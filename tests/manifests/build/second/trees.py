"""Small trees of 3.0, and the form in which they are projected."""

from typing import Any

from manifests.build.second import SecondForm, project

Json = dict[str, Any]
BASE = "https://images.example.org"
MANIFEST = f"{BASE}/presentation/2/book/manifest"
IMAGE_2 = "http://iiif.io/api/image/2/context.json"
FORM = SecondForm(
    document_id=MANIFEST,
    address=lambda uri: uri.replace(f"{BASE}/presentation/3/", f"{BASE}/presentation/2/"),
    own_images=f"{BASE}/iiif/3/",
    own_images_2=f"{BASE}/iiif/2/",
)


def canvas_uri(number: int) -> str:
    return f"{BASE}/presentation/canvas/{number}"


def own_image(number: int, **more: Any) -> Json:
    service = {"id": f"{BASE}/iiif/3/page{number}", "type": "ImageService3", "profile": "level2"}
    image = {"id": f"{service['id']}/full/max/0/default.jpg", "type": "Image", "format": "image/jpeg"}
    return {**image, "height": 3000, "width": 2000, "service": [service], **more}


def own_image_2(number: int) -> Json:
    """The same as 2.1 has it."""
    uri = f"{BASE}/iiif/2/page{number}"
    service = {"@context": IMAGE_2, "@id": uri, "profile": "http://iiif.io/api/image/2/level2.json"}
    image = {"@id": f"{uri}/full/full/0/default.jpg", "@type": "dctypes:Image", "format": "image/jpeg"}
    return {**image, "height": 3000, "width": 2000, "service": service}


def painting(number: int, body: Any, target: Any = None) -> Json:
    return {
        "id": f"{canvas_uri(number)}/annotation/1",
        "type": "Annotation",
        "motivation": "painting",
        "body": body,
        "target": target or canvas_uri(number),
    }


def canvas(number: int, *bodies: Any, **more: Any) -> Json:
    page = {"id": f"{canvas_uri(number)}/page", "type": "AnnotationPage"}
    page["items"] = [painting(number, body) for body in bodies or (own_image(number),)]
    label = {"label": {"none": [f"{number}r"]}}
    return {"id": canvas_uri(number), "type": "Canvas", **label, "height": 3000, "width": 2000, "items": [page], **more}


def manifest(*canvases: Json, **more: Any) -> Json:
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{BASE}/presentation/3/book/manifest",
        "type": "Manifest",
        "label": {"none": ["Book"]},
        **more,
        "items": list(canvases or (canvas(1), canvas(2), canvas(3))),
    }


def range_(name: str, *items: Any, label: str | None = "", **more: Any) -> Json:
    """`items`: numbers of canvases, ranges, or items as they are; `label` is the name, or None for none."""
    found = [{"id": canvas_uri(each), "type": "Canvas"} if isinstance(each, int) else each for each in items]
    said = {} if label is None else {"label": {"none": [label or name]}}
    return {"id": f"{BASE}/presentation/range/{name}", "type": "Range", **said, **more, "items": found}


def part_of_canvas(number: int, fragment: str) -> Json:
    source = {"id": canvas_uri(number), "type": "Canvas"}
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": {"type": "FragmentSelector", "value": fragment},
    }


def projected(**more: Any) -> Json:
    """A manifest of three pages with these properties."""
    return project(manifest(**more), FORM)


def images(*bodies: Any) -> list[Json]:
    """`images` of a canvas on which these are painted."""
    found: list[Json] = project(manifest(canvas(1, *bodies)), FORM)["sequences"][0]["canvases"][0].get("images", [])
    return found
