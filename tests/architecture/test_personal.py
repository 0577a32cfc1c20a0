"""Whatever is kept about a person stands in the part of some app, and on paper."""

import pytest
from django.apps import apps

from accounts import personal
from accounts.models import User

# Models without a word about a person and without a way to one. Whoever adds a model puts it here, or into a part (<app>/kept.py).
NAMES_NOBODY = {
    "audit.DailyAnchor",
    "audit.Verification",
    "auth.Group",
    "auth.Permission",
    "certification.Scheme",
    "cms.Clause",
    "cms.CrisisLine",
    "cms.Promise",
    "cms.Text",
    "cms.Wording",
    "complaints.Erasure",
    "contenttypes.ContentType",
    "courses.QuestionVersion",
    "sessions.Session",
    "taggit.Tag",
    "taggit.TaggedItem",
    "wagtailadmin.Admin",
    "wagtailcore.Collection",
    "wagtailcore.CollectionViewRestriction",
    "wagtailcore.GroupApprovalTask",
    "wagtailcore.GroupCollectionPermission",
    "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupSitePermission",
    "wagtailcore.Locale",
    "wagtailcore.PageViewRestriction",
    "wagtailcore.ReferenceIndex",
    "wagtailcore.Site",
    "wagtailcore.Task",
    "wagtailcore.Workflow",
    "wagtailcore.WorkflowContentType",
    "wagtailcore.WorkflowPage",
    "wagtailcore.WorkflowTask",
    "wagtailembeds.Embed",
    "wagtailforms.FormSubmission",
    "wagtailimages.Rendition",
    "wagtailredirects.Redirect",
    "wagtailsearch.IndexEntry",
    "wagtailsearch.SQLiteFTSIndexEntry",
    "wagtailsearch.PostgresIndexEntry",
}


def listed() -> dict[str, str]:
    """Label -> app of the part in which it stands."""
    return {label: part.app for part in personal.parts() for label in [*part.tells, *part.leaves_out]}


def own(model) -> list:
    """The fields of the model's own table; what a page inherits stands with wagtailcore.Page."""
    return [field for field in model._meta.local_fields if field.remote_field and not field.remote_field.parent_link]


def is_page(model) -> bool:
    return any(parent._meta.label == "wagtailcore.Page" for parent in model._meta.get_parent_list())


def leads_to_somebody(model) -> bool:
    """By its own key to an account, or to a row that is told to its person."""
    told = {label for part in personal.parts() for label in part.tells}
    return any(field.related_model is User or field.related_model._meta.label in told for field in own(model))


MODELS = {model._meta.label: model for model in apps.get_models() if not is_page(model)}


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_model_is_told_left_out_with_a_reason_or_names_nobody(label):
    assert label in listed() or label in NAMES_NOBODY, f"{label} stands in no part: see accounts/personal.py"
    if leads_to_somebody(MODELS[label]):
        assert label in listed(), f"{label} leads to a person: see accounts/personal.py"


def test_no_model_stands_in_two_parts_and_none_that_is_not_there():
    labels = [label for part in personal.parts() for label in [*part.tells, *part.leaves_out]]

    assert len(labels) == len(set(labels))
    assert set(labels) <= {model._meta.label for model in apps.get_models()}
    assert not set(labels) & NAMES_NOBODY


def test_what_a_page_has_of_a_person_it_has_from_wagtail():
    """Pages add no key to an account of their own, so that what is said of wagtailcore.Page holds of them all."""
    pages = [model for model in apps.get_models() if is_page(model)]

    assert pages
    assert not [model for model in pages if leads_to_somebody(model)]


def test_what_is_left_out_says_why():
    assert all(len(why) > 20 for part in personal.parts() for why in part.leaves_out.values())


def test_every_app_with_models_has_a_part_or_keeps_nothing():
    with pytest.raises(ValueError, match="has a part already"):
        personal.register(personal.PARTS["courses"])
