"""What each larger command of the command line does."""
