"""What the commands of the command line do, one module each where there is much to do."""
