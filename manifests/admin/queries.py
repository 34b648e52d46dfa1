"""The form of a saved query: what people fill in as a query, and a query as people read it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from gcis.core.errors import FieldFault, SourceFault
from manifests import dynamic
from manifests.admin.forms import LONGEST_LABEL, CollectionField
from manifests.models import Collection, Resource
from manifests.payload.query import MATCHES, ORDERS, Content
from redirects import services as names

ORDER_WORDS = {"label": "label", "date": "date", "created": "when it was recorded", "identifier": "identifier"}
MATCH_WORDS = {"is": "is", "contains": "contains"}
_FOUND = {"manifests": "manifests", "collections": "collections", "images": "pictures"}
#: Which field of the form a part of a query is in, by the beginning of its place.
_PLACES = {
    "query.of": "of",
    "query.source": "source",
    "query.collection": "collection",
    "query.text": "text",
    "query.metadata": "value",
    "query.tag": "tag",
    "query.date.to": "until",
    "query.date": "since",
    "query.order": "order",
    "query.limit": "limit",
}


def _line(label: str, text: str = "", **options: Any) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **options.pop("attrs", {})})
    return forms.CharField(label=label, required=False, help_text=text, widget=widget, **options)


class QueryForm(forms.Form):
    """All that is filled in counts together."""

    of = forms.ChoiceField(label="Find", widget=UnfoldAdminSelectWidget)
    source = forms.ChoiceField(label="From the source", required=False, widget=UnfoldAdminSelectWidget)
    collection = CollectionField(
        label="In the collection", required=False, help_text="At any depth. Type words of its label, and choose."
    )
    text = _line("With the words", "All of them, anywhere in label, summary and metadata.")
    tag = _line("With the tags", "All of these, separated by commas.")
    label = _line("Metadata: label", "Such as Place. Case and accents do not matter. Empty: any.")
    match = forms.ChoiceField(label="Its value", choices=MATCH_WORDS.items(), widget=UnfoldAdminSelectWidget)
    value = _line("Value", "Such as Paris. Empty: any.")
    since = _line("Dated from", "A year, a month (1850-06) or a day (1850-06-30).", attrs={"placeholder": "1850"})
    until = _line("Dated until", "That year, month or day is included.", attrs={"placeholder": "1899"})
    order = forms.ChoiceField(label="In the order of", choices=ORDER_WORDS.items(), widget=UnfoldAdminSelectWidget)
    limit = forms.IntegerField(
        label="At most",
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Of more, the first are taken. Empty: as many as there may be.",
    )

    def __init__(self, model: type[Resource], sources: Any, *args: Any, **kwargs: Any) -> None:
        self.model = model
        #: Pairs that the form has no room for: they stay.
        self.more_pairs: list[dict[str, str]] = kwargs.pop("more_pairs", [])
        super().__init__(*args, **kwargs)
        self._choose("of", [(kind, _FOUND[kind]) for kind in dynamic.KINDS[model]])
        self._choose("source", [("", "any"), *sources])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def content(self) -> Content | None:
        """The query; None where something is wrong with it, which then stands at its fields."""
        if not self.is_valid():
            return None
        try:
            return dynamic.read(self.model, {"query": self._sent()})
        except SourceFault as fault:
            for each in fault.fields:
                self.add_error(*_at_field(each))
            return None

    def _sent(self) -> dict[str, Any]:
        said = self.cleaned_data
        pair = {name: said[name] for name in ("label", "value") if said[name]}
        pairs = [{**pair, "match": said["match"]}] if pair else []
        collection = said["collection"]
        date = {name: said[field] for name, field in (("from", "since"), ("to", "until")) if said[field]}
        sent = {
            "of": said["of"],
            "source": said["source"],
            "collection": str(collection.pk) if collection else "",
            "text": said["text"],
            "tag": [tag.strip() for tag in said["tag"].split(",") if tag.strip()],
            "metadata": [*pairs, *self.more_pairs],
            "date": date,
            "order": said["order"],
            "limit": said["limit"],
        }
        return {name: value for name, value in sent.items() if value}


class NewQueryForm(QueryForm):
    """With what the new one is called."""

    called = forms.CharField(
        label="Label", max_length=LONGEST_LABEL, widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True})
    )
    field_order = ("called",)


def _at_field(fault: FieldFault) -> tuple[str | None, str]:
    name = next((field for place, field in _PLACES.items() if fault.field.startswith(place)), None)
    return name, fault.sentence


def initial(query: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a query."""
    pair: Mapping[str, str] = next(iter(query.get("metadata", ())), {})
    dates = query.get("date", {})
    return {
        "of": query["of"],
        "source": query.get("source", ""),
        "collection": _name(query.get("collection", "")),
        "text": query.get("text", ""),
        "tag": ", ".join(query.get("tag", ())),
        "label": pair.get("label", ""),
        "match": pair.get("match", MATCHES[0]),
        "value": pair.get("value", ""),
        "since": dates.get("from", ""),
        "until": dates.get("to", ""),
        "order": query.get("order", ORDERS[0]),
        "limit": query.get("limit"),
    }


def _name(collection: str) -> str:
    row: Model | None = Collection.objects.filter(pk=collection).first() if collection else None
    return names.current([row.pk]).get(row.pk, str(row.pk)) if row else collection


def in_words(record: Resource, sources: Mapping[str, str]) -> list[str]:
    """What a dynamic record is made of, a sentence or a part of one for each condition."""
    query = record.query or {}
    if "items" in query:
        count = len(query["items"])
        return [f"{count} pictures, pages and parts of them" if count > 1 else "one picture, page or part of one"]
    said = [_FOUND[query["of"]].capitalize()]
    if "source" in query:
        said.append(f"from {sources.get(query['source'], query['source'])}")
    if "collection" in query:
        said.append(f"in the collection {_name(query['collection'])}")
    if "text" in query:
        said.append(f"with the words “{query['text']}”")
    said += [f"tagged {tag}" for tag in query.get("tag", ())]
    said += [_pair(each) for each in query.get("metadata", ())]
    dates = query.get("date", {})
    said += [f"dated {word} {dates[word]}" for word in ("from", "to") if word in dates]
    if "limit" in query:
        said.append(f"the first {query['limit']}")
    return [*said, f"by {ORDER_WORDS[query.get('order', ORDERS[0])]}"]


def _pair(pair: Mapping[str, str]) -> str:
    if "value" not in pair:
        return f"with “{pair['label']}” in their metadata"
    verb = MATCH_WORDS[pair.get("match", MATCHES[0])]
    return f"whose {pair.get('label', 'metadata')} {verb} “{pair['value']}”"
