"""The comparison of an old feed with the new one: the facts of both, their differences, and the verdict."""
