"""What we keep of people, why and how long; what they ask of it, what the law asks of us, and what went wrong."""
