"""Screens: for whoever complains (public.py, sending.py, following.py), and for intake that types a complaint in (desk.py)."""
"""The screens of complaints and casework."""
