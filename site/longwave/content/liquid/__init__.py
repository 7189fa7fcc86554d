"""Jekyll's dialect of Liquid, based on python-liquid: its tags and filters, limits, and reports of problems."""

from longwave.content.liquid.environment import BUILT_IN_INCLUDES, Surroundings
from longwave.content.liquid.renderer import Liquid, Rendered

__all__ = ["BUILT_IN_INCLUDES", "Liquid", "Rendered", "Surroundings"]
