"""The demo company: one coherent story, made by a seeded generator."""
