"""What goes out, told by plain values; only the gate may import this."""
