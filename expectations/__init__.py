"""Between raw and staging: the suites that judge what was delivered, and their runner."""
