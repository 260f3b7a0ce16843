"""The tabs of the page of an account, a file each; what they share stands in `reading.py`."""
