"""What we promised each other to do: tasks, reminders, what is new for me."""
