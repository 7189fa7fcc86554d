"""A show moves in from its host's feed: read as hostile, written as a site's folder, and safe to do again."""
