"""The Engine protocol and what implements it."""
