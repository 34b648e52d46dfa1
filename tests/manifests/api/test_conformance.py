"""What schemathesis makes up from the OpenAPI document, valid or not, is answered as the document says."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from manifests.models import Annotation, AnnotationPage, Collection
from tests.examples import examples
from tests.manifests.api.conftest import put
from tests.manifests.records import published
from tests.tokens.keys import bearing

LESS = hypothesis_settings(
    max_examples=examples(2),
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OURS = r"^/api/.*/(manifests|collections|canvases|annotation-pages|annotations|identifiers)"
#: With keys that are put in afterwards, and records with a mind of their own, neither can be said of a request.
UNFIT = [negative_data_rejection, positive_data_acceptance]


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_answer_is_one_that_the_document_promises(writer, book, mode) -> None:
    """Asked of records that there are: what is made up as their keys would all be not found."""
    put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    published()
    page = AnnotationPage.objects.create(manifest=book)
    note = Annotation.objects.create(page=page, motivation=["tagging"], target="gcis:manifest/" + str(book.pk))
    here = {
        "collections": Collection.objects.get().pk,
        "canvases": book.canvases.get(external_id="f1r").pk,
        "annotation-pages": page.pk,
        "annotations": note.pk,
    }
    headers = {"Authorization": bearing("write", "purge")["authorization"]}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    operations = [found.ok() for found in schema.include(path_regex=OURS).get_all_operations()]
    for operation in operations:
        known = {"slug": "dam", "external_id": "ms/12", "kind": "presentation", "value": "ark:/1/book"}
        keys = {**known, "id": str(here.get(operation.path.split("/")[3], book.pk))}
        hold(operation, mode, keys, headers)
    assert len(operations) > 25


def hold(operation: Any, mode: Any, keys: dict[str, str], headers: dict[str, str]) -> None:
    """Try the operation on the records with these keys."""

    @LESS
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Any) -> None:
        case.path_parameters = {name: keys[name] for name in case.path_parameters or {}}
        case.headers.pop("If-Match", None)
        case.call_and_validate(headers=headers, excluded_checks=UNFIT)

    answers()
