"""What lies behind an open index, for tests that look at it."""

from index import Index
from index.folder import Folder


def folder_of(cable_index: Index) -> Folder:
    """The folder that it was opened from."""
    assert isinstance(cable_index._views, Folder)
    return cable_index._views
