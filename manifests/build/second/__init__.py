"""Presentation 2.1, projected from the tree that 3.0 documents are made of. Sections are those of 2.1.1 and 3.0.0."""

from manifests.build.second.documents import project, project_annotation_page, project_layer, project_part
from manifests.build.second.form import NoSecondForm, SecondForm
from manifests.build.second.losses import losses
from manifests.build.second.sequences import sequence

__all__ = [
    "NoSecondForm",
    "SecondForm",
    "losses",
    "project",
    "project_annotation_page",
    "project_layer",
    "project_part",
    "sequence",
]
