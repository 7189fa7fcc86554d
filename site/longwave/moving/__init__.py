"""Shows move in, from a Jekyll site or from any host's feed, without losing a subscriber or a link."""
