"""Text of the owner: Markdown to HTML, sanitizing, slugs, references."""
