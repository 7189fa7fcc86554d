"""Jekyll's dialect of Liquid, based on python-liquid: its tags and filters, limits, and reports of problems."""

from longwave.content.liquid.environment import Surroundings
from longwave.content.liquid.renderer import Liquid, Rendered

__all__ = ["Liquid", "Rendered", "Surroundings"]
