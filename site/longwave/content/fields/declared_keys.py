"""The keys that a class declares on its fields, and the pydantic model that reads them.

A key whose value is used unchanged is declared on a field of a dataclass in ``longwave.model``; a key whose value the
parser converts is declared on the parser's own pydantic model. Here both are recognised by the ``Key`` in their type.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model

from longwave.model import Key

M = TypeVar("M", bound=BaseModel)


@lru_cache
def keys_of(declaring: type) -> Mapping[str, Key]:
    """Return the declared keys of a dataclass or pydantic model, by field, each with its ``name`` filled in."""
    if issubclass(declaring, BaseModel):
        noted = {name: info.metadata for name, info in declaring.model_fields.items()}
    else:
        hints = get_type_hints(declaring, include_extras=True)
        noted = {name: list(get_args(hint)[1:]) for name, hint in hints.items() if get_origin(hint) is Annotated}
    keys = {
        field: dataclasses.replace(key, name=key.name or field)
        for field, metadata in noted.items()
        for key in metadata
        if isinstance(key, Key)
    }
    return MappingProxyType(keys)


def names_of(*declaring: type) -> frozenset[str]:
    """Return the names of all keys that the classes declare, their aliases included."""
    keys = [key for each in declaring for key in keys_of(each).values()]
    return frozenset(name for key in keys for name in (key.name, *key.aliases))


def with_keys(base: type[M], noun: type, forms: Mapping[str, object], *, optional: bool = False) -> type[M]:
    """Return a subclass of the pydantic model ``base`` that also reads the keys declared on the dataclass ``noun``.

    ``forms`` are types with validators, by field, for values that may be written in more ways than the type of the
    dataclass's field allows. With ``optional``, a missing key is None instead of the field's default. Keys that
    ``base`` reads already stay unchanged.
    """
    hints = get_type_hints(noun, include_extras=True)
    fields = {field.name: field for field in dataclasses.fields(noun)}
    added: dict[str, Any] = {}
    for name, key in keys_of(noun).items():
        if key.name in base.model_fields:
            continue
        form: Any = forms.get(name, hints[name])
        if optional:
            added[key.name] = (Annotated[form | None, key], None)
        elif (default_factory := fields[name].default_factory) is not dataclasses.MISSING:
            added[key.name] = (Annotated[form, key], Field(default_factory=default_factory))
        else:
            added[key.name] = (Annotated[form, key], fields[name].default)
    made: type[M] = create_model(base.__name__, __base__=base, **added)
    return made


def values_of(read: BaseModel, keys: Mapping[str, Key]) -> dict[str, Any]:
    """Return the values of ``keys`` in the model ``read``, by field: arguments for the dataclass that declares them."""
    return {field: getattr(read, key.name) for field, key in keys.items()}
