"""Whole documents of 2.1: manifests (§5.1), collections (§5.8), and parts that are fetched by their names."""

from manifests.build.second.annotations import annotation_list, layer
from manifests.build.second.canvas import canvas, has_second_form
from manifests.build.second.collection import collection
from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, NoSecondForm, SecondForm, identity, objects, present
from manifests.build.second.form import document as as_document
from manifests.build.second.private import named, only_second
from manifests.build.second.ranges import Surroundings, flattened, structures, surroundings
from manifests.build.second.sequences import canvases, is_sequence, sequence, sequences
from manifests.build.second.viewing import nav_date, viewing


def project(document: Json, form: SecondForm, other: Json | None = None) -> Json:
    """A manifest or collection of 3.0 in 2.1; NoSecondForm if 2.1 cannot say it.

    2.1 has neither time nor canvases without height and width (§5.3). A manifest has a 2.1 form as long as one
    canvas has: the others are left out, with what refers to them (`losses` lists them). One that is all sound or
    film has none. A collection always has, since it refers to its members by address.

    `other` is the same with other ids (neutral or versioned), if it has been made: it spares work.
    """
    kind = document.get("type")
    if kind == "Manifest":
        return as_document(manifest(document, form))
    if kind == "Collection":
        return as_document(collection(document, form.document_id, form, other))
    raise NoSecondForm(f"Presentation 2.1 has no document of the type {kind!r}.")


def manifest(document: Json, form: SecondForm) -> Json:
    """2.1 §5.1 sc:Manifest (3.0 §5.2)."""
    pages = canvases(document, form)
    if not pages:
        raise NoSecondForm("None of its canvases can be shown in Presentation 2.1, which has no sound and no film.")
    shown = viewing(document)
    in_sequence = {key: shown.pop(key) for key in only_second(document).get("sequence", ()) if key in shown}
    said: Json = {"@id": form.document_id, "@type": "sc:Manifest"}
    said |= described(document, form) | shown | present({"navDate": nav_date(document)})
    said = named(said, document, form.document_id)
    said["sequences"] = sequences(document, pages, in_sequence, form)
    if found := structures(document, surroundings(document, pages, form)):
        said["structures"] = found
    return said


def project_annotation_page(page: Json, form: SecondForm) -> Json:
    """An annotation page in 2.1 (§5.5 sc:AnnotationList), under the address of its 2.1 form."""
    return as_document(annotation_list(page, form))


def project_layer(collection: Json, form: SecondForm) -> Json:
    """An annotation collection in 2.1 (§5.7 sc:Layer), under the address of its 2.1 form."""
    return as_document(layer(collection, form))


def project_part(part: Json, form: SecondForm, within: Json | None = None) -> Json:
    """A canvas or range by itself (2.1 §5.3, §5.6); NoSecondForm if 2.1 cannot say it.

    Its id is its name, which is the same in both versions; it is `within` what its partOf says, else the form's
    document. `within` is the manifest's tree, if it is at hand: labels and numbers of canvases come from it, and
    what a range with the behavior `sequence` needs in order to be a sequence.
    """
    kind = part.get("type")
    found = _canvas(part, form, within) if kind == "Canvas" else _range(part, form, within) if kind == "Range" else None
    if not found:
        raise NoSecondForm(f"This {kind} cannot be shown in Presentation 2.1.")
    found.setdefault("within", form.document_id)
    return as_document(found)


def _canvas(part: Json, form: SecondForm, within: Json | None) -> Json | None:
    if not has_second_form(part):
        return None
    names = [identity(each) for each in objects((within or {}).get("items"))]
    return canvas(part, names.index(identity(part)) + 1 if identity(part) in names else 1, form)


def _range(part: Json, form: SecondForm, within: Json | None) -> Json | None:
    """The range alone: those in it are fetched by their own names."""
    if within and is_sequence(part):
        return sequence(part, within, form)
    around = surroundings(within, canvases(within, form), form) if within else Surroundings(form)
    return next(iter(flattened(part, around)), None)
