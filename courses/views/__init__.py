"""The learners' screens: courses and lessons (learn.py), checks and quizzes (quiz.py)."""
