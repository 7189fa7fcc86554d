"""The validator of feeds: the rules of PSP-1 and Apple Podcasts for any feed, our own and those of other hosts."""
