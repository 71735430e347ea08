"""Who works here, in which teams and legal entities, and who may see and do what."""
