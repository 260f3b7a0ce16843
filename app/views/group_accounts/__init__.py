"""Group accounts: who pays what for whom, drawn, and changed with what would follow said before."""
