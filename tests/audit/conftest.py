from tests.accounts.conftest import person

__all__ = ["person"]
