"""Where audio lies, and how a range of it is delivered (RFC 9110)."""
