"""Going through a proxy, and being behind one."""
