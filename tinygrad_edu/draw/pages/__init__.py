"""Pages of their own: the player and the film, in a frame or a file, offline."""
