"""What speaks against a step, and what follows from one. Dated facts in, sentences and days out: no database, no clock, no request.

`guards.against` is asked before every step; complaints/rules/gathered.py says what it is told.
"""
