"""Hand-overs: what whoever sold passes on to whoever fulfils and looks after it, accepted or sent back by a clock."""
