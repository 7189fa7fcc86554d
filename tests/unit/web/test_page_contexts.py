"""The contexts (values for the template) of pages, which docs/templates.md documents from their classes."""

from __future__ import annotations

import dataclasses
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest

from longwave.config import TEMPLATES
from longwave.web import view_models
from longwave.web.page_contexts import Frame, Page
from longwave.web.views import page_kinds

MODELS = [one for one in vars(view_models).values() if getattr(one, "__module__", "") == view_models.__name__]


@pytest.mark.parametrize("model", [Frame, *page_kinds(), *MODELS], ids=lambda model: model.__name__)
def test_each_field_has_its_help(model: type) -> None:
    """Each field of a page's context and of a view model has a help text of a sentence or two."""
    hints = get_type_hints(model, include_extras=True)
    for field in dataclasses.fields(model):
        assert get_origin(hints[field.name]) is Annotated, f"{model.__name__}.{field.name} needs a help"
        text = get_args(hints[field.name])[1]
        assert text.endswith((".", ".`")), f"{model.__name__}.{field.name}: {text}"
        assert text[0].isupper() or text[0] == "`", f"{model.__name__}.{field.name}: {text}"


@pytest.mark.parametrize("kind", page_kinds(), ids=lambda kind: kind.template)
def test_each_kind_of_page_has_a_template(kind: type[Page]) -> None:
    """The context class of each kind of page names a template that only this kind uses."""
    assert (TEMPLATES / kind.template).is_file()
    assert [other for other in page_kinds() if other.template == kind.template] == [kind]
