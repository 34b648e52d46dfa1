"""What the actions and dialogs of works need to know."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse_lazy
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from gcis.core.errors import SourceFault
from gcis.core.ids import LONGEST_IDENTIFIER, check_identifier
from manifests import lookup
from manifests.models import Collection
from redirects import services as names
from redirects.models import Identifier
from redirects.services import LONGEST_REASON

KIND = Identifier.Kind.PRESENTATION
LONGEST_LABEL = 1000


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Reason",
        required=required,
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text="The public reads it at the address." if required else "It stays in the history.",
    )


class CollectionField(forms.CharField):
    """A collection by any name that it has or had."""

    def __init__(self, **options: Any) -> None:
        finder = reverse_lazy("admin:manifests_collection_finder")
        widget = UnfoldAdminTextInputWidget(attrs={"data-finds": finder, "autocomplete": "off"})
        super().__init__(max_length=LONGEST_IDENTIFIER, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = found_record(text) if text else None
        if found is not None and not isinstance(found, Collection):
            raise forms.ValidationError(f"{text!r} is a manifest, not a collection.")
        return found


class ReasonForm(BaseDialogForm):
    reason = _reason(required=False)


class WithdrawForm(BaseDialogForm):
    reason = _reason(required=True)


class WithdrawSelectedForm(forms.Form):
    """The same, on the page that asks once for many."""

    reason = _reason(required=True)


class PutIntoForm(forms.Form):
    collection = CollectionField(
        label="Identifier of the collection",
        help_text="Type words of its label, and choose.",
    )


class NewForm(forms.Form):
    """What a new work is called, and where it goes."""

    label = forms.CharField(max_length=LONGEST_LABEL, widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}))
    collection = CollectionField(
        label="In the collection",
        required=False,
        help_text="Type words of its label, and choose. Empty: in none.",
    )


class RenameForm(BaseDialogForm):
    identifier = forms.CharField(
        max_length=LONGEST_IDENTIFIER,
        strip=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The present one leads here for ever.",
    )
    reason = _reason(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            key = UUID(str(self.object_id))
        except ValueError:
            return  # what stood in the address may be anything
        self.fields["identifier"].initial = names.current([key]).get(key)

    def clean_identifier(self) -> str:
        try:
            return check_identifier(self.cleaned_data["identifier"])
        except SourceFault as fault:
            raise forms.ValidationError(fault.sentence, fault.code) from None


class MergeForm(BaseDialogForm):
    #: As a person knows it; cleaned it is a record.
    into = forms.CharField(
        label="Identifier of the other one",
        max_length=LONGEST_IDENTIFIER,
        widget=UnfoldAdminTextInputWidget,
        help_text="Any name that it has or had.",
    )
    reason = _reason(required=False)

    def clean_into(self) -> Any:
        return found_record(self.cleaned_data["into"])


def found_record(name: str) -> Any:
    """The manifest or collection of that name; a name that nothing ever had becomes the field's error."""
    try:
        return lookup.find(KIND, name).record
    except SourceFault as fault:
        raise forms.ValidationError(fault.sentence, fault.code) from None
