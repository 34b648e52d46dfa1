"""Storing what was built, while more is being built."""

from pathlib import Path
from typing import Any

import pytest

from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from gcis.core.ids import mint
from manifests.addresses import published_key
from manifests.publications import ENCODINGS, Keeper


def test_all_that_was_kept_is_stored_in_every_encoding_when_the_block_ends() -> None:
    record = mint()
    with Keeper(record) as keeper:
        kept = [keeper.keep({"label": number}) for number in range(20)]
    for built in kept:
        assert len(store("published").read(published_key(record, built.digest, ""))) == built.size
        assert all(store("published").size(published_key(record, built.digest, name)) for name in ENCODINGS)


def test_a_store_that_fails_is_not_overlooked(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "taken").write_text("a file, where a folder is needed")
    settings.GCIS_STORES = {
        **settings.GCIS_STORES,
        "published": {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(tmp_path / "taken")}},
    }
    store.cache_clear()
    try:
        with pytest.raises((Unavailable, OSError)), Keeper(mint()) as keeper:
            keeper.keep({"label": "lost"})
    finally:
        store.cache_clear()


def test_what_fails_while_building_comes_through() -> None:
    with pytest.raises(ValueError), Keeper(mint()) as keeper:
        keeper.keep({"label": "begun"})
        raise ValueError
