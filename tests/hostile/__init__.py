"""Files that are meant to do harm, and files that broke on the way: what becomes of the conversion that meets them."""
