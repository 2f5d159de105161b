"""What people read: the night's summary and the quality report."""
