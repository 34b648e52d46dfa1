import uuid

import pytest
from django.db import IntegrityError

from gcis.core.errors import SourceFault
from redirects import services
from redirects.models import Identifier

pytestmark = pytest.mark.django_db


def test_a_name_is_unique_for_ever_within_its_kind() -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    services.register("image", "ms-1", first, "test")
    with pytest.raises(SourceFault, match="belongs to something else"):
        services.register("image", "ms-1", second, "test")
    services.register("presentation", "ms-1", second, "test")
    assert services.resource("image", "ms-1") == first
    assert services.resource("presentation", "ms-1") == second


def test_registering_the_same_again_changes_nothing() -> None:
    key = uuid.uuid4()
    assert services.register("image", "a", key, "test").pk == services.register("image", "a", key, "test").pk


def test_one_current_name_per_resource_is_the_databases_promise() -> None:
    key = uuid.uuid4()
    services.register("image", "a", key, "test")
    with pytest.raises(IntegrityError):
        Identifier.objects.create(kind="image", value="b", resource=key)


def test_only_current_names_lead_to_the_resource() -> None:
    key = uuid.uuid4()
    services.register("image", "a", key, "test")
    Identifier.objects.filter(value="a").update(status="withdrawn")
    assert services.resource("image", "a") is None
    assert services.find("image", "a") is not None
    assert services.current([key]) == {}
    assert services.resource("image", "nobody") is None


def test_a_name_is_found_however_it_is_composed() -> None:
    key = uuid.uuid4()
    services.register("image", "K\u00fcste", key, "test")
    assert services.resource("image", "Ku\u0308ste") == key
    assert services.resource("image", "K\0ste") is None


def test_names_of_many_in_few_queries(django_assert_num_queries: object) -> None:
    keys = [uuid.uuid4() for _ in range(30)]
    for number, key in enumerate(keys):
        services.register("image", f"n-{number}", key, "test")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert services.current(keys)[keys[7]] == "n-7"
