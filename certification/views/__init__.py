"""Screens: of the coach (my.py), of the office (staff.py)."""
