"""What the database itself refuses, whoever asks it."""

import os
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from redirects.models import Identifier

pytestmark = pytest.mark.django_db

STATUS = Identifier.Status


def a_name(value: str, status: str = STATUS.CURRENT, **changes: object) -> Identifier:
    values: dict[str, object] = {"kind": "image", "resource": uuid.uuid4(), "value": value, "status": status}
    return Identifier.objects.create(**values | changes)


def test_the_database_is_the_one_that_was_asked_for() -> None:
    asked = os.environ.get("GCIS_DATABASE_URL", "sqlite:").partition(":")[0]
    assert connection.vendor == {"postgres": "postgresql"}.get(asked, asked)


def test_a_second_present_name_of_a_thing_is_refused() -> None:
    first = a_name("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_name("b", resource=first.resource)
    former = a_name("c", STATUS.MOVED, resource=first.resource)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.filter(pk=former.pk).update(status=STATUS.CURRENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.bulk_create([Identifier(kind="image", value="d", resource=first.resource)])
    assert Identifier.objects.filter(resource=first.resource, status=STATUS.CURRENT).get().value == "a"


@pytest.mark.parametrize("status", STATUS.values)
@pytest.mark.parametrize("was", STATUS.values)
def test_a_name_is_never_given_twice(was: str, status: str) -> None:
    a_name("a", was)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_name("a", status)
    assert a_name("a", status, kind="presentation").value == "a"


def test_a_thing_may_have_as_many_former_names_as_it_likes() -> None:
    key = uuid.uuid4()
    for number in range(3):
        a_name(f"n-{number}", STATUS.MOVED, resource=key)
    a_name("present", resource=key)
    assert Identifier.objects.filter(resource=key).count() == 4
