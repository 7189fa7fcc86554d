"""PLACEHOLDER by the lead, so that others can run: whoever owns this module overwrites it."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
import liquid as _l
from longwave.errors import Problem
@dataclass(frozen=True, slots=True)
class Surroundings:
    site: Mapping[str, Any]; includes: Mapping[str, str]; homepages: Mapping[str, tuple[str, str]]; addresses: Callable[[str], str | None]
@dataclass(frozen=True, slots=True)
class Rendered:
    text: str; problems: tuple[Problem, ...]; uses_addresses: bool
class Liquid:
    def __init__(self, surroundings: Surroundings) -> None: self.s = surroundings
    def render(self, text: str, page: Mapping[str, Any], *, file: str, first_line: int) -> Rendered:
        return Rendered(text.replace("{{ page.guest }}", str(page.get("guest"))), (), False)
