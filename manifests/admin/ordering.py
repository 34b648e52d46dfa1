"""The view that takes an order of all pages, or all members."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from gcis.core.admin import actor
from gcis.core.errors import SourceFault
from manifests import editing, words
from manifests.admin.wording import WordsAdmin
from manifests.models import Manifest


class OrderAdmin(WordsAdmin):
    def order_urls(self) -> list[URLPattern]:
        return [self.piece("order/", self.order_view, "order")]

    def order_bar(self, record: Any) -> dict[str, Any]:
        """What the bar over the list needs."""
        name = words.PAGES if isinstance(record, Manifest) else words.MEMBERS
        return {
            "order_name": name,
            "has_order": name in record.curated_layer,
            "order_differs": any(each.name == name for each in words.differences(record)),
            "source_url": self.piece_url("source", record.pk),
        }

    @method_decorator(require_POST)
    def order_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Answers {"order": …}, the order that holds now, and where it was refused {"problem", "order"}."""
        record = self._editable(request, object_id)
        try:
            wanted, seen = (_keys(request.POST.get(name, "")) for name in ("order", "seen"))
            editing.order(record, wanted, seen, actor=actor(request))
        except ValueError:
            return _answer(record, "This is not what the page sends. Load it again.", 400)
        except editing.Stale:
            return _answer(
                record, "Somebody else has changed the order meanwhile. Yours is still here, not saved.", 409
            )
        except SourceFault as fault:
            return _answer(record, fault.sentence, 409)
        return _answer(self._fresh(record))


def _keys(text: str) -> list[UUID]:
    return [UUID(key) for key in text.split(",") if key]


def _answer(record: Any, problem: str = "", status: int = 200) -> JsonResponse:
    said: dict[str, Any] = {"order": editing.current_order(record)}
    return JsonResponse({**said, "problem": problem} if problem else said, status=status)
