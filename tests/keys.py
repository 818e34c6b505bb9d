"""The master key of tests."""

from connectors.sql.master import MasterKeys

KEY = "only-for-tests-0123456789-0123456789-0123456789"


def master_keys(*, new: bool = False) -> MasterKeys:
    return MasterKeys(KEY)
