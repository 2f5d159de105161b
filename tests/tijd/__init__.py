"""Time: any order of delivery, what was known and published when, why figures changed, and nights that were killed."""
