"""The shell of every page: base templates, components, styles, and the declarations of lists and forms."""
