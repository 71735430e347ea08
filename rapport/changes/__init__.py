"""What was changed lately and the way back; the trash; what is being written and who else is here."""
