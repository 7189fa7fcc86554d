"""Search with Whoosh: the index, the query parser, the ranking, the hits and their moments."""

import warnings

# Whoosh 2.7.4 is from 2016, and Python warns of its syntax at each compilation, which no operator can change.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=r".*whoosh")
