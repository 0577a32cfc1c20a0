"""A row that must come into being once."""

from django.db import models


class Row(models.Model):
    key = models.CharField(max_length=50, unique=True)

    def __str__(self) -> str:
        return self.key
