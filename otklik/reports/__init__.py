"""What the program writes by itself: the head's morning page, sheets of the week, the month, the quarter, on demand."""
