"""Screens: the log-in, and the security of an account."""
