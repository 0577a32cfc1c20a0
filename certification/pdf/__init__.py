"""The certificate as PDF/A-3a: bytes out of facts, the same on every host (docs/decisions/0041)."""
