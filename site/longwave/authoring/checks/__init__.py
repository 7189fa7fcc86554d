"""What an author would want to know of a site before listeners do: one function for each kind of finding."""

from longwave.authoring.checks.everything import findings

__all__ = ["findings"]
