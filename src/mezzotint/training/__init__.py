"""The loop, steps, schedules, checkpoints, recipes and the export to a bundle."""
