"""Settings, the warehouse and the night that ties the rooms of the house together."""
