"""Relations between nights: what may happen to a drop without changing a figure."""
