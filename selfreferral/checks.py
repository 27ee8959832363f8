"""What must be true before anybody is asked a question; a wrong one stops the start."""
