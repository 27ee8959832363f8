"""What editors see of the directory in the Wagtail admin."""
