"""What is done to an account as a whole: suspend, reactivate, terminate, write off."""
