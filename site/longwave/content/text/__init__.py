"""The owner's texts: rendering and sanitizing Markdown, the links and pictures in a text, plain text, slugs."""
