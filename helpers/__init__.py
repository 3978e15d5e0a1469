"""What stands behind the notebooks: checking, picturing, building and the command line."""
