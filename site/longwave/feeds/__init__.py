"""Documents for other programs, made from the model: RSS, JSON Feed, transcripts, chapters, OPML, the sitemap."""
