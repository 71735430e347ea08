"""The market: what deals, losses and what people say tell about competitors over time."""
