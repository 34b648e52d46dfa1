"""Presentation 2.0 and 2.1 documents as Presentation 3.0 trees, without loss. Pure.

`upgrade(document)` gives the 3.0 tree. Where 2.1 has no id, neither has the tree (annotations and annotation pages).
What only 2.1 can say stands in the tree under two private keys, on the resource that it belongs to:

* `_license`: list of licence URIs beside the one in `rights`, mostly such as 3.0 does not take there.
* `_presentation2`: properties of the 2.1 resource, as they stood there. To come back to 2.1, project the resource and
  lay them over it: a list adds its values to those of the projection (one that is projected as a single value becomes
  a list), null takes away what the projection would write (such as a label that only 3.0 demands), anything else
  replaces it. Some have a meaning of their own:
    * `sequence` (manifest): the own properties of the first sequence, to be laid over the projected one. `viewingHint`
      and `viewingDirection` in it say that `behavior` and `viewingDirection` of the manifest are to be written there
      and not on the manifest; their own values count only where the manifest has none.
      `sequences` (manifest) is a list like any other, so it adds the further sequences.
    * `viewingHint`: the hints that are no behavior, such as "top"; null on a range of `structures` that had none, so
      that "top" is not written there.
    * `languages`: {"es": "es-419"}: the tag that stands for this one in the language maps of this resource.
    * `bareLogo` (Agent in `provider`): true if 2.1 had a logo and nothing about whose it is: only `logo` is written.
    * `default` (Choice): "rdf:nil" if nothing is shown by default; then all items of the Choice are `item`.

A SpecificResource with nothing but a `source` and a FragmentSelector was an address with a fragment.
"""

from manifests.payload.upgrade.document import Upgraded, is_second, upgrade
from manifests.payload.upgrade.reading import LICENSE, PRIVATE, without_private

__all__ = ["LICENSE", "PRIVATE", "Upgraded", "is_second", "upgrade", "without_private"]
