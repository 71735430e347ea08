"""How dates are written inside sentences, where the language's own way would differ from the pages."""
