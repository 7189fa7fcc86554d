"""Search with Whoosh: the index, the query parser, the ranking, the hits and the matching timestamps."""

import warnings

# Python warns of old syntax in Whoosh 2.7.4 (2016) whenever it compiles Whoosh, and no operator can change that.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=r".*whoosh")
