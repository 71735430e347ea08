"""The organisation's own web sites: forms that people fill in there, and visits of those who agreed to be recognised."""
