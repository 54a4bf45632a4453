"""Where definitions come from, and how they are published."""
