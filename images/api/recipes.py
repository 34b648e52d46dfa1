"""Recipes for machines: what there is, what each has made, and making masters anew."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs.api import addresses
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.batches import BatchBody, answer
from gcis.jobs.api.docs import ALL, ETAG, answered, page_of
from images import reconversion
from images.api.base import read, sees_all
from images.api.bodies import Reconversion
from images.api.examples import RECIPE
from images.conversion.recipes.books import book
from images.conversion.recipes.rules import USUAL
from images.reconversion import MadeBy

TAGS = ["recipes"]


@extend_schema_serializer(component_name="RecipeMade")
class MadeBody(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    masters = serializers.IntegerField(help_text="How many masters of it serve.")
    bytes = serializers.IntegerField(help_text="Of all of them together.")
    old = serializers.BooleanField(help_text="Whether there is a newer version, or the recipe is gone.")


@extend_schema_serializer(component_name="Recipe", examples=[OpenApiExample("recipe", RECIPE, status_codes=ALL)])
class RecipeBody(serializers.Serializer[Any]):
    """Without `read:all` the fields settings and made are null."""

    name = serializers.CharField()
    self = Address("api-recipe", source="name")
    version = serializers.IntegerField(allow_null=True, help_text="The present one; null where the recipe is gone.")
    usual = serializers.BooleanField(help_text="Whether it is taken where no rule applies.")
    settings = serializers.DictField(allow_null=True, help_text="How it makes masters; null when it is gone.")
    made = MadeBody(many=True, allow_null=True, help_text="What its versions have made, the newest first.")


PAGE = page_of("RecipePage", RecipeBody, RECIPE)


class Recipes(ListView):
    serializer_class = RecipeBody
    filter_backends: Any = ()

    @extend_schema(operation_id="listRecipes", tags=TAGS, summary="How images are converted", responses=PAGE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every recipe that there is; with `read:all` also those that are gone and have masters yet."""
        page = self.paginate_queryset(_recipes(request)) or []
        return self.get_paginated_response(RecipeBody(page, many=True).data)


class OneRecipe(ApiView):
    serializer_class = RecipeBody

    @extend_schema(operation_id="getRecipe", tags=TAGS, summary="One recipe")
    def get(self, request: Request, recipe: str) -> Response:
        """How it makes masters, and what it has made."""
        return Response(RecipeBody(_find(request, recipe)).data)


class Convert(ApiView):
    scopes = {"POST": "write"}
    serializer_class = BatchBody

    @extend_schema(
        operation_id="convertRecipe",
        tags=TAGS,
        summary="Convert once more what a recipe has made",
        parameters=[
            answered("Location", "The batch.", 202),
            answered("Retry-After", "Seconds after which to ask for it.", 202),
            ETAG,
        ],
        request=Reconversion,
        responses={202: BatchBody},
    )
    def post(self, request: Request, recipe: str) -> Response:
        """All masters of its older versions, or of all versions (`everything`), in one batch that fills by and by.

        What serves goes on serving until its new master is there; what is new is converted first. While that batch is
        being filled, the same request answers with it. Cancel the batch to stop it.
        """
        everything = read(Reconversion, request.data)["everything"]
        _find(request, recipe)
        batch = reconversion.ask(recipe, actor=actor(request), everything=everything)
        response = answer(request, batch.pk, 202)
        response["Location"] = addresses.batch(batch.pk)
        response["Retry-After"] = str(addresses.ASK_AGAIN)
        return response


def _recipes(request: Request) -> list[dict[str, Any]]:
    made: dict[str, list[MadeBy]] = defaultdict(list)
    if sees_all(request):
        for each in reconversion.counts():
            made[each.recipe].append(each)
    names = dict.fromkeys([*book().recipes, *made])
    return [_described(name, made[name] if sees_all(request) else None) for name in names]


def _find(request: Request, name: str) -> dict[str, Any]:
    for known in _recipes(request):
        if known["name"] == name:
            return known
    raise Http404("There is no such recipe.")


def _described(name: str, made: list[MadeBy] | None) -> dict[str, Any]:
    recipe = book().recipes.get(name)
    told = recipe.as_dict() if recipe and made is not None else {}
    return {
        "name": name,
        "version": recipe.version if recipe else None,
        "usual": name == USUAL,
        "settings": {key: value for key, value in told.items() if key not in ("name", "version")} or None,
        "made": None if made is None else [asdict(each) for each in made],
    }
