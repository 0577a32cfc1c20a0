"""Screens: for whoever complains (public.py, sending.py, following.py), for intake (desk.py), for those who work on cases (people.py)."""
