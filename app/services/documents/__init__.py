"""Documents made by staff: drafts and their posting, what takes posted ones back, and what is said of them."""
