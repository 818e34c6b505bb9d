"""The contact centre as values and rules. No framework, vendor SDK or I/O is imported here."""
