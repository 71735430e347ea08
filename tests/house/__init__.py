"""House rules that no linter sees."""
