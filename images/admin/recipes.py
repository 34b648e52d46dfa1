"""The page of recipes: what each has made, the rules that choose among them, and making masters anew."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from gcis.core.admin import ReadOnlyAdmin, actor
from images import reconversion
from images.conversion.recipes.books import book
from images.conversion.recipes.recipe import Recipe
from images.conversion.recipes.rules import USUAL
from images.conversion.recipes.wording import limits, metadata, tiles


@dataclass(frozen=True, slots=True)
class Row:
    """A version of a recipe: how it makes masters, and what it has made that serves."""

    name: str
    version: int
    how: str
    origin: str
    masters: int
    bytes: int
    old: bool
    gone: bool

    @property
    def counted(self) -> str:
        return f"{self.masters:,}"

    @property
    def listed(self) -> str:
        return (
            f"{reverse('admin:images_accessmaster_changelist')}?{urlencode({'recipe': f'{self.name}@{self.version}'})}"
        )

    @property
    def convert(self) -> str:
        page = reverse("admin:images_recipe_convert", args=[self.name])
        return page if self.old else f"{page}?everything=yes"


class RecipesAdmin(ReadOnlyAdmin):
    """Access masters know the recipe that made them; its page hangs on theirs."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("recipes/", wrap(self.recipes_view), name="images_recipes"),
            path("recipes/<str:recipe>/convert/", wrap(self.convert_view), name="images_recipe_convert"),
            *super().get_urls(),
        ]

    def recipes_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"rows": rows(), "rules": book().rules, "usual": USUAL, "may_convert": _may_convert(request)}
        return self._page(request, "admin/images/recipes.html", "Recipes", context)

    def convert_view(self, request: HttpRequest, recipe: str) -> HttpResponse:
        """Asks once, then has the masters made anew and leads to the batch."""
        if not _may_convert(request):
            raise PermissionDenied
        said = request.POST if request.method == "POST" else request.GET
        everything = said.get("everything") == "yes"
        total = reconversion.how_many(recipe, everything=everything)
        if recipe not in book().recipes and all(each.recipe != recipe for each in reconversion.counts()):
            raise Http404
        if request.method == "POST":
            batch = reconversion.ask(recipe, actor=actor(request), everything=everything)
            messages.success(request, "They will be converted again. This page follows it.")
            return HttpResponseRedirect(reverse("admin:jobs_batch_change", args=[batch.pk]))
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        context = {"everything": everything, "back": reverse("admin:images_recipes")}
        return self._page(request, "admin/images/reconvert.html", _question(recipe, total, everything), context)

    def _page(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> TemplateResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, template, {**common, **context})


def rows() -> list[Row]:
    """The recipes of the book in its order, each with its older versions; then those that are gone."""
    known, origins = book().recipes, book().origins
    made = {(each.recipe, each.version): each for each in reconversion.counts()}
    listed = [*dict.fromkeys([*((name, recipe.version) for name, recipe in known.items()), *made])]
    order = {name: number for number, name in enumerate(known)}
    listed.sort(key=lambda key: (order.get(key[0], len(order)), key[0], -key[1]))
    return [_row(key, known.get(key[0]), origins.get(key[0], ""), made.get(key)) for key in listed]


def _row(key: tuple[str, int], recipe: Recipe | None, origin: str, made: reconversion.MadeBy | None) -> Row:
    name, version = key
    current = recipe is not None and recipe.version == version
    return Row(
        name=name,
        version=version,
        how=how(recipe) if recipe and current else "",
        origin=origin if current else "",
        masters=made.masters if made else 0,
        bytes=made.bytes if made else 0,
        old=reconversion.is_old(name, version),
        gone=recipe is None,
    )


def how(recipe: Recipe) -> str:
    """What a recipe does, in a line."""
    most = limits(recipe)
    return f"{tiles(recipe)}; metadata: {metadata(recipe)}{f'; at most {most}' if most else ''}"


def _may_convert(request: HttpRequest) -> bool:
    return request.user.has_perm("images.change_image")


def _question(recipe: str, total: int, everything: bool) -> str:
    older = "" if everything or recipe not in book().recipes else "an older version of "
    pictures = "1 picture" if total == 1 else f"{total:,} pictures"
    return f"Convert {pictures} again whose master was made by {older}{recipe}?"
