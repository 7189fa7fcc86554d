"""Liquid as Jekyll writes it, on python-liquid: Jekyll's tags and filters, and problems with their file and line."""

from longwave.content.liquid.environment import Surroundings
from longwave.content.liquid.renderer import Liquid, Rendered

__all__ = ["Liquid", "Rendered", "Surroundings"]
