"""From bytes to plain data that remember where everything stands; hostile or ambiguous text is refused."""
