"""Whoosh: schema, writing, reading, query understanding, hits and moments."""

import warnings

# Whoosh 2.7.4 is from 2016: Python warns of its spelling whenever it compiles it, which is nothing to an operator.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=r".*whoosh")
