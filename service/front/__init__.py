"""One HTTP front before several media workers: routes by session id (record 0011)."""
