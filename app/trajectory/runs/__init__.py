"""A run of any size, record by record: what is known of each, filtered, searched, laid out in time."""
