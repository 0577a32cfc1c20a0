"""One module for each way of running: base holds what they share."""
