"""Liquid as Jekyll writes it, on python-liquid: the tags and filters that Jekyll adds, and what is wrong, by line."""

from longwave.content.liquid.renderer import Liquid, Rendered, Surroundings

__all__ = ["Liquid", "Rendered", "Surroundings"]
