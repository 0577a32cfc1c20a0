"""Sessions in the database, as Django keeps them, written once where somebody logs in."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError
from django.utils.crypto import get_random_string


class SessionStore(db.SessionStore):
    """Django's asks whether a new key is free, stores an empty session under it at once, and stores what the session holds afterwards."""

    def create(self) -> None:
        """Store the session under a new key: 32 letters and digits at random, another where the database says that it is taken."""
        while True:
            self._session_key = get_random_string(32, VALID_KEY_CHARS)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def cycle_key(self) -> None:
        """A new key for what the session holds. Where nothing is stored there is no key to give up: saving makes the first one."""
        self.items()  # reads them, and forgets a key that the database does not know
        if self.session_key is None:
            self.modified = True
        else:
            super().cycle_key()
