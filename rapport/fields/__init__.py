"""Fields of the organisation's own: declared in the browser, and what a value of each may be."""
