"""The screens of complaints and casework."""
