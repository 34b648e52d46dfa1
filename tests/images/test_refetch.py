import pytest

from gcis.core.errors import SourceFault
from images import curation
from images.models import Image
from images.refetch import refetch
from tests import work

pytestmark = pytest.mark.django_db


def an_address() -> Image:
    image = work.an_image()
    work.convert(image)
    Image.objects.filter(pk=image).update(url="https://dam.example.org/x.tif", copy_key="aa/x", digest="f" * 64)
    return work.fresh(image)


def test_the_address_is_read_again_whatever_was_kept() -> None:
    image = an_address()
    refetch(image.pk, actor="test")
    now = work.fresh(image.pk)
    assert (now.url, now.copy_key, now.digest, now.wanted) == (image.url, "", "", image.wanted + 1)
    assert (now.state, now.replacement) == ("ready", "pending")


def test_what_never_had_an_address_cannot_be_fetched() -> None:
    image = work.an_image()
    with pytest.raises(SourceFault) as refused:
        refetch(image, actor="test")
    assert refused.value.code == "no_address"
    assert work.fresh(image).wanted == 1


def test_what_is_withdrawn_is_not_fetched() -> None:
    image = an_address()
    curation.withdraw(image.pk, actor="test", reason="Not ours")
    with pytest.raises(SourceFault) as refused:
        refetch(image.pk, actor="test")
    assert refused.value.code == "withdrawn"
