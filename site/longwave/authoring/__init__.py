"""The podcaster's side: files are started, mended and moved in, never lost and never half-written."""
