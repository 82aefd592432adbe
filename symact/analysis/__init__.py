"""Analysis: what is true of an activation, one derived property a module."""
