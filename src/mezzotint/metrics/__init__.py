"""How good a model is: measured figures with sample counts and floors."""
