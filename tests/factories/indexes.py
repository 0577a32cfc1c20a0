"""What is made for a test and is not searched for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update

off: list[bool] = []  # Wagtail's own switch does not nest


@contextmanager
def unindexed() -> Iterator[None]:
    """Without the two indexes that Wagtail keeps of every page, which cost more than all the rest of making one. One in another is fine."""
    if off:
        yield
        return
    off.append(True)
    asked = [model for model in index.get_indexed_models() if post_save.disconnect(post_save_signal_handler, sender=model)]
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        off.clear()
        for model in asked:
            post_save.connect(post_save_signal_handler, sender=model)
