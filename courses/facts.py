"""What everybody here knows by name."""

# The parts of a quiz that a blueprint draws from, with their titles for learners.
SECTIONS = {
    "scope": "Scope of practice",
    "confidentiality": "Confidentiality",
    "standards": "Practice standards",
    "code": "How the Code binds us",
    "boundary-with-therapy": "The border with therapy",
    "principles": "Guiding principles",
}
