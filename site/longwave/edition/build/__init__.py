"""The building of editions: content files are read and assembled, and an edition is written and published."""
