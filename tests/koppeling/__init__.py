"""How often leavers are linked to the right lease, measured on the demo's known truth."""
