"""Building an edition: reading the files of content, assembling them, writing the edition and publishing it."""
