"""Second factors, as devices of django-otp: authenticator apps and recovery codes. Passkeys are those of django-otp-webauthn."""

from datetime import timedelta

from django.db import models
from django_otp.models import Device, ThrottlingMixin

from accounts.models.fields import EncryptedTextField
from accounts.models.people import User
from accounts.rules import LONGEST_WAIT_AT, wait_after
from audit import clock


class Waits(ThrottlingMixin):
    """After each wrong code the next has to wait: 1, 2, 4, 8 … seconds, never longer than a good hour."""

    refused = models.PositiveIntegerField(default=0, help_text="Wrong codes and those that came too soon, ever.")

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        self.throttling_failure_timestamp = clock.real()
        self.throttling_failure_count = min(self.throttling_failure_count + 1, LONGEST_WAIT_AT)  # type: ignore[has-type]
        if commit:
            self.save()

    @property
    def wait(self) -> timedelta:
        """How long no code is looked at."""
        if self.throttling_failure_timestamp is None:
            return timedelta(0)
        return max(self.throttling_failure_timestamp + wait_after(self.throttling_failure_count) - clock.real(), timedelta(0))


class AuthenticatorApp(Waits, Device):
    """A secret shared with an app that shows a code of six digits every 30 seconds (RFC 6238)."""

    secret = EncryptedTextField(editable=False, help_text="Base32, as the app was shown it.")
    drift = models.SmallIntegerField(default=0, editable=False, help_text="Steps of 30 seconds that the other clock goes ahead.")
    last_step = models.BigIntegerField(default=-1, editable=False, help_text="The step of the last code that was taken.")
    created_at = models.DateTimeField(default=clock.real, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="an_app_of_a_person_has_a_name_of_its_own")]

    def __str__(self) -> str:
        return self.name


class RecoveryCodes(Waits, Device):
    """A person's sheet of recovery codes; one sheet a person, printed anew when it is renewed."""

    created_at = models.DateTimeField(default=clock.real, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="one_sheet_of_recovery_codes_a_person")]

    def __str__(self) -> str:
        return "Recovery codes"


class RecoveryCode(models.Model):
    """One code of a sheet: its digest, and when it was used."""

    sheet = models.ForeignKey(RecoveryCodes, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "digest"], name="a_sheet_has_a_code_once")]

    def __str__(self) -> str:
        return f"code {self.pk}"


class AddressCode(models.Model):
    """A code sent to the address of a person who has no device yet: proves that the mailbox is theirs, before the first is added."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code = EncryptedTextField(editable=False)
    made_at = models.DateTimeField(default=clock.real, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["user", "-made_at"], name="address_code_newest")]

    def __str__(self) -> str:
        return f"address code {self.pk}"
