"""`/metrics`: what the processes of this host counted, and what the database says about the whole installation."""
