"""What survivors and children say about the help here, without saying who they are."""
