"""Links by which somebody outside picks a free time with one of us, and what they booked."""
