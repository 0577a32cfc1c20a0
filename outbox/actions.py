"""What is done to the outbox by hand."""

from audit.registered import Forget, register

DELIVERY_RETRIED = register("outbox.delivery_retried", "An effect that had not happened was tried again", forget=Forget.KEEP)
