"""What pages are told when something was saved: those of their pieces that show it ask for themselves anew."""

from typing import TypeVar

from django.http import HttpResponse

#: The event that htmx fires on the page.
SAVED = "gcis:saved"
Answer = TypeVar("Answer", bound=HttpResponse)


def saved(answer: Answer) -> Answer:
    answer["HX-Trigger"] = SAVED
    return answer
