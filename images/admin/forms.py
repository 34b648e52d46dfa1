"""The forms of a picture: what people say of it, and what an action needs to know."""

from typing import Any
from uuid import UUID

from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from gcis.core.errors import SourceFault
from gcis.core.ids import LONGEST_IDENTIFIER, check_identifier
from images import curation, selection
from images.access import Access
from images.conversion.recipes.books import book
from images.conversion.recipes.rules import USUAL
from images.curation import LARGEST_EDGE, LONGEST_CREDIT, LONGEST_RIGHTS, Restriction
from images.models import Image
from redirects import services as names
from redirects.services import LONGEST_REASON

ACCESS_FIELDS = {"access", "access_edge", "access_from"}


class PictureForm(forms.ModelForm):
    """People's words on a picture. Only what the person has changed counts, and not over what another changed since.

    The fields bring along what they showed when the page was made (`show_hidden_initial`).
    """

    recipe = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget,
        show_hidden_initial=True,
        help_text="Of its next conversion. What is there stays until you convert again.",
    )
    rights_curated = forms.CharField(
        label="Rights",
        required=False,
        max_length=LONGEST_RIGHTS,
        widget=UnfoldAdminTextInputWidget,
        show_hidden_initial=True,
        help_text="An address of Creative Commons or RightsStatements.org. Empty: what the source says counts.",
    )
    credit = forms.CharField(
        required=False,
        max_length=LONGEST_CREDIT,
        widget=UnfoldAdminTextInputWidget,
        show_hidden_initial=True,
        help_text="Whom to name, written into what people download. Empty: who is named in the source.",
    )
    access = forms.ChoiceField(
        choices=Access.choices,
        widget=UnfoldAdminSelectWidget,
        show_hidden_initial=True,
        help_text="What it is part of may be stricter; the strictest word counts.",
    )
    access_edge = forms.IntegerField(
        label="Longest edge",
        required=False,
        min_value=1,
        max_value=LARGEST_EDGE,
        widget=UnfoldAdminIntegerFieldWidget,
        show_hidden_initial=True,
        help_text="In pixels. The public gets nothing larger.",
    )
    access_from = forms.SplitDateTimeField(
        label="Opens",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        show_hidden_initial=True,
        help_text="In UTC. Closed until then, whatever is said above. Empty: at once.",
    )

    class Meta:
        model = Image
        fields = ("recipe", "rights_curated", "credit", "access", "access_edge", "access_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "recipe" in self.fields:
            known = dict.fromkeys([*book().recipes, *filter(None, [self.initial.get("recipe")])])
            usual = "by the rules" if book().rules else f"the usual one ({USUAL})"
            self.fields["recipe"].choices = [("", usual), *((name, name) for name in known)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.changed_data:
            if self._changed_meanwhile(name):
                shown = self[name].initial or "empty"
                self.add_error(name, f"Somebody has changed this since you opened the page: it is {shown} now.")
        if cleaned.get("access") != Access.LIMITED:
            cleaned["access_edge"] = None  # the field is not on the page then
        if not self.errors:
            self._try(cleaned)
        return cleaned

    def _changed_meanwhile(self, name: str) -> bool:
        """Whether the row holds something else now than the page showed."""
        bound, field = self[name], self.fields[name]
        seen = field.hidden_widget().value_from_datadict(self.data, self.files, bound.html_initial_name)
        return field.has_changed(bound.initial, seen)

    def _try(self, cleaned: dict[str, Any]) -> None:
        """What the services would refuse is said beside the fields."""
        try:
            said = self.words()
            curation.check_words(said.get("rights"), said.get("recipe"), said.get("credit"))
            self.restriction(cleaned)
        except SourceFault as fault:
            fields = {"rights": "rights_curated", **{name: name for name in ("credit", "access_from", "access_edge")}}
            self.add_error(fields.get(fault.code, "recipe"), fault.sentence)

    def words(self) -> dict[str, str]:
        """What was changed of rights, credit and recipe, for `curation.describe`."""
        columns = {"rights": "rights_curated", "credit": "credit", "recipe": "recipe"}
        return {word: self.cleaned_data[name] for word, name in columns.items() if name in self.changed_data}

    def restriction(self, cleaned: dict[str, Any]) -> Restriction:
        """The picture's own word on access, whole."""
        return Restriction(cleaned["access"], cleaned["access_edge"], cleaned["access_from"])


def _reason(*, required: bool, label: str = "Reason") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text="It stays in the history." if not required else "The public reads it at the picture's address.",
    )


class ReasonForm(BaseDialogForm):
    reason = _reason(required=False)


class WithdrawForm(BaseDialogForm):
    reason = _reason(required=True)


class WithdrawSelectedForm(forms.Form):
    """The same, on the page that asks once for many pictures."""

    reason = _reason(required=True)


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
        key = _uuid(self.object_id)
        if key:
            self.fields["identifier"].initial = names.current([key]).get(key)

    def clean_identifier(self) -> str:
        return _or_error(check_identifier, self.cleaned_data["identifier"])


class MergeForm(BaseDialogForm):
    #: As a person knows it; cleaned it is a uuid.
    into = forms.CharField(
        label="Identifier of the other picture",
        max_length=LONGEST_IDENTIFIER,
        widget=UnfoldAdminTextInputWidget,
        help_text="Any name that it has or had.",
    )
    reason = _reason(required=False)

    def clean_into(self) -> UUID:
        found: UUID = _or_error(lambda name: selection.named([name])[0], self.cleaned_data["into"])
        return found


class ConvertForm(BaseDialogForm):
    """`refetch` is asked for pictures that came from an address."""

    refetch = forms.BooleanField(label="Fetch the file again", required=False, widget=UnfoldBooleanWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = _uuid(self.object_id)
        if not (key and Image.objects.filter(pk=key).exclude(url="").exists()):
            del self.fields["refetch"]


def _uuid(text: Any) -> UUID | None:
    """What stood in an address may be anything."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _or_error(service: Any, value: str) -> Any:
    """What the service makes of the value; its refusal becomes the field's error."""
    try:
        return service(value)
    except SourceFault as fault:
        raise forms.ValidationError(fault.sentence, fault.code) from None
