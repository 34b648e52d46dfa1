"""Annotations of manifests and collections: pages of them come, change and go, and what is in them.

Everything happens under the lock of the manifest or collection. What people made and what its source sent are pages of
their own: neither takes the other's away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from manifests import services
from manifests.annotation_rows import Counts, bring, delete_rows, insert
from manifests.models import Annotation, AnnotationPage, Manifest, Resource
from manifests.payload.annotations.around import Spot
from manifests.payload.annotations.pages import PageSent
from manifests.payload.annotations.reading import MOST_ANNOTATIONS, AnnotationSent

By = AnnotationPage.By
Place = AnnotationPage.Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a page: created, updated, unchanged."""

    page: AnnotationPage
    what: str


def owner(page: AnnotationPage) -> Resource:
    """The manifest or collection that it belongs to."""
    found = page.manifest or page.collection
    assert found, "a page has one owner"
    return found


# ---------------------------------------------------------------------------------------------------------------- pages
@transaction.atomic
def add_page(
    record: Resource, sent: PageSent, *, actor: str, by: str = By.PEOPLE, external_id: str = ""
) -> AnnotationPage:
    """A page behind the others that hang on the same thing, with its annotations."""
    row = _locked(record)
    subject = _subject(row, sent)
    last = _pages(row).filter(subject=subject).aggregate(last=Max("position"))["last"]
    page = AnnotationPage.objects.create(
        **({"manifest": row} if isinstance(row, Manifest) else {"collection": row}),
        subject=subject,
        external_id=external_id,
        by=by,
        place=sent.place or Place.EMBEDDED,
        position=sent.position if sent.position is not None else 0 if last is None else last + 1,
        uri=sent.uri or "",
        description=_described({}, sent),
    )
    counts = insert(page, sent.items or [])
    _annotated(row, page, counts, actor, what="added")
    return page


@transaction.atomic
def put_page(record: Resource, external_id: str, sent: PageSent, *, actor: str) -> Outcome:
    """The page that its source calls so is as it was sent; what is not named stays. Sent twice, it is there once."""
    row = _locked(record)
    page = _pages(row).filter(by=By.SOURCE, external_id=external_id).first()
    if page is None:
        made = add_page(row, sent, actor=actor, by=By.SOURCE, external_id=external_id)
        return Outcome(made, "created")
    changed = change_page(page, sent, actor=actor)
    return Outcome(AnnotationPage.objects.get(pk=page.pk), "updated" if changed else "unchanged")


@transaction.atomic
def change_page(page: AnnotationPage, sent: PageSent, *, actor: str) -> bool:
    """Bring the page to what was sent; annotations that are named at all are named as a whole."""
    row, page = _held(page)
    wanted = {
        "subject": page.subject if sent.subject is None else _subject(row, sent),
        "place": sent.place or page.place,
        "position": page.position if sent.position is None else sent.position,
        "uri": page.uri if sent.uri is None else sent.uri,
        "description": _described(page.description, sent),
    }
    news = {name: value for name, value in wanted.items() if getattr(page, name) != value}
    counts = Counts() if sent.items is None else bring(page, sent.items)
    if wanted["place"] == Place.FOREIGN and page.annotations.exists():
        raise SourceFault("foreign", "What is in a foreign page is on another server: take its annotations out first.")
    if not news and not counts:
        return False
    AnnotationPage.objects.filter(pk=page.pk).update(**news)
    _annotated(row, page, counts, actor)
    return True


@transaction.atomic
def remove_page(page: AnnotationPage, *, actor: str) -> None:
    """The page and all that is in it are gone."""
    row, page = _held(page)
    counts = Counts(removed=page.annotations.count())
    AnnotationPage.objects.filter(pk=page.pk).delete()
    _annotated(row, page, counts, actor, what="removed")


# ---------------------------------------------------------------------------------------------------------- annotations
@transaction.atomic
def add(page: AnnotationPage, sent: Sequence[AnnotationSent], *, actor: str) -> list[Annotation]:
    """Annotations at the end of the page."""
    row, page = _held(page)
    _check_room(page, len(sent))
    if any(each.key for each in sent):
        raise SourceFault(
            "invalid", "A new annotation has no name yet.", (FieldFault("id", "exists", "Leave it out."),)
        )
    before = page.annotations.aggregate(last=Max("position"))["last"]
    counts = insert(page, sent, 0 if before is None else before + 1)
    _annotated(row, page, counts, actor)
    return list(page.annotations.order_by("-position", "-created")[: len(sent)][::-1])


@transaction.atomic
def change(annotation: Annotation, sent: dict[str, Any], *, actor: str) -> bool:
    """These properties of it are so now (`payload.annotations.reading.changes`); None takes one away."""
    row, page = _held(annotation.page)
    now = page.annotations.get(pk=annotation.pk)
    extra = {**now.extra, **{name: sent[name] for name in sent if name not in ("motivation", "body", "target")}}
    wanted = {name: sent.get(name, getattr(now, name)) for name in ("motivation", "body", "target")}
    wanted["extra"] = {name: value for name, value in extra.items() if value is not None}
    news = {name: value for name, value in wanted.items() if getattr(now, name) != value}
    if not news:
        return False
    Annotation.objects.filter(pk=now.pk).update(**news)
    _annotated(row, page, Counts(changed=1), actor)
    return True


@transaction.atomic
def remove(annotation: Annotation, *, actor: str) -> None:
    """The annotation is gone. A page of people's that has none left goes with it."""
    row, page = _held(annotation.page)
    delete_rows([annotation.pk])
    if page.by == By.PEOPLE and not page.annotations.exists():
        AnnotationPage.objects.filter(pk=page.pk).delete()
    _annotated(row, page, Counts(removed=1), actor)


@transaction.atomic
def note(record: Resource, sent: AnnotationSent, subject: str, *, actor: str) -> Annotation:
    """A person's word on it: in the first page that people have there, in a new one if they have none."""
    row = _locked(record)
    own = _pages(row).filter(by=By.PEOPLE, subject=subject, external_id="", uri="", place=Place.EMBEDDED)
    page = own.order_by("position", "pk").first()
    if page is None:
        page = add_page(row, PageSent(subject=Spot(subject) if subject else None), actor=actor)
    return add(page, [sent], actor=actor)[0]


# ---------------------------------------------------------------------------------------------------------------- inner
def _locked(record: Resource) -> Any:
    """The record, ours alone. SourceFault where it is withdrawn."""
    row = services.lock(record)
    if row.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    return row


def _held(page: AnnotationPage) -> tuple[Any, AnnotationPage]:
    """Its owner, locked, and the page as it is now."""
    row = _locked(owner(page))
    return row, AnnotationPage.objects.get(pk=page.pk)


def _pages(row: Resource) -> Any:
    return row.annotation_pages.all()


def _subject(row: Resource, sent: PageSent) -> str:
    """As pages have it: the record itself is the empty reference."""
    found = sent.subject.reference if sent.subject else ""
    return "" if found.partition("/")[2] == str(row.pk) else found


def _described(now: dict[str, Any], sent: PageSent) -> dict[str, Any]:
    return {name: value for name, value in {**now, **sent.description}.items() if value is not None}


def _check_room(page: AnnotationPage, more: int) -> None:
    if page.annotations.count() + more > MOST_ANNOTATIONS:
        raise SourceFault("too_many", f"A page has at most {MOST_ANNOTATIONS} annotations.")


def _annotated(row: Resource, page: AnnotationPage, counts: Counts, actor: str, what: str = "changed") -> None:
    """It is built and published again, and so are the pages that say how many there are of which it is one."""
    AnnotationPage.objects.filter(pk=page.pk).update(revision=F("revision") + 1)
    if page.part_of_id:
        AnnotationPage.objects.filter(part_of=page.part_of_id).update(built=0)
    kind = row._meta.model_name
    events.record(f"{kind}.annotated", row.pk, actor, page=str(page.pk), what=what, **counts.as_json())
    services.touch(row)
