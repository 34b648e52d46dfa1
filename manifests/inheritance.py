"""What pictures inherit from the manifests that show them; all that is written goes by way of `images.curation`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from gcis.jobs.models import Job
from images import curation as images
from images.policy import CLOSED, Policy, strictest
from manifests.models import Manifest, Painting, Published


def pictures_of(manifests: Sequence[Manifest]) -> list[UUID]:
    """All pictures on their pages, those of dropped pages too."""
    found: set[UUID] = set()
    for start in range(0, len(manifests), 1000):
        found.update(Painting.pictures.ids(canvas__manifest__in=manifests[start : start + 1000]))
    return list(found)


def hold(find: Callable[[], set[UUID]]) -> None:
    """Lock all the pictures that are found, at one go. Inside a transaction.

    Pages of files come to them at any time; but once the others are held, no more of them. Whoever took what came
    meanwhile beside what he holds might wait for somebody who waits for that: so he lets go, and begins again.
    """
    found = find()
    while True:
        before = transaction.savepoint()
        images.hold(found)
        if (now := find()) <= found:
            transaction.savepoint_commit(before)
            return
        transaction.savepoint_rollback(before)
        found |= now


def settle_images(keys: Iterable[UUID]) -> list[Manifest]:
    """Write down what these pictures inherit. Returns the manifests whose documents show a difference by it.

    What is on no page at all keeps what it had: nothing opens because a page was given another picture. Who changes the
    word of a work holds its pictures from the beginning (`services.lock_all`), and here what is news is looked at again
    under lock: so nobody opens what somebody else is about to close.
    """
    news = images.differing(_policies(_holders(sorted(set(keys)))))
    images.hold(news)
    holders = _holders(news)
    changed = images.inherit(_policies(holders))
    showing = {holder for key in changed for holder in holders[key][0]} | _dynamic(changed)
    return list(Manifest.objects.filter(pk__in=showing).order_by("pk")) if showing else []


def _holders(pictures: Sequence[UUID]) -> dict[UUID, tuple[set[UUID], set[UUID]]]:
    """The manifests that show each picture, and those that have dropped it.

    Dynamic ones have no say: what somebody makes a list of is neither opened nor closed by that.
    """
    holders: dict[UUID, tuple[set[UUID], set[UUID]]] = defaultdict(lambda: (set(), set()))
    for start in range(0, len(pictures), 1000):
        shown = Painting.pictures.filter(image__in=pictures[start : start + 1000], canvas__manifest__query__isnull=True)
        for image, manifest, dropped in shown.values_list("image", "canvas__manifest", "canvas__dropped"):
            assert image
            holders[image][dropped is not None].add(manifest)
    return holders


def _dynamic(changed: Sequence[UUID]) -> set[UUID]:
    """The dynamic manifests that show any of these pictures."""
    found: set[UUID] = set()
    for start in range(0, len(changed), 1000):
        shown = Painting.pictures.filter(image__in=changed[start : start + 1000], canvas__dropped=None)
        found.update(shown.filter(canvas__manifest__query__isnull=False).values_list("canvas__manifest", flat=True))
    return found


def _policies(holders: dict[UUID, tuple[set[UUID], set[UUID]]]) -> dict[UUID, Policy]:
    """Where no work shows a picture any more, what the last ones say goes on to count."""
    words = _words({key for live, dropped in holders.values() for key in live or dropped})
    return {image: _together([words[key] for key in live or dropped]) for image, (live, dropped) in holders.items()}


def _words(keys: set[UUID]) -> dict[UUID, Policy | None]:
    """What each of these manifests says about its pictures; None: it shows nothing, it is a draft or withdrawn."""
    manifests = Manifest.objects.in_bulk(keys)
    drafts = {key for key, manifest in manifests.items() if _is_draft(manifest)}
    about = Job.objects.filter(subject__in=drafts, state__in=Job.LIVE) if drafts else Job.objects.none()
    drafts -= set(about.values_list("subject", flat=True))  # a person has said that they shall be published
    return {
        key: None if manifest.withdrawn or key in drafts else manifest.policy for key, manifest in manifests.items()
    }


def _together(words: list[Policy | None]) -> Policy:
    """What is shown nowhere is closed; else those that show it count, the strictest of them."""
    public = [word for word in words if word is not None]
    return strictest(*public) if public else CLOSED


def _is_draft(manifest: Manifest) -> bool:
    waits = manifest.publish_when == Published.PublishWhen.MANUAL or manifest.publish_at is not None
    return waits and manifest.publication_id is None
