"""Where a picture comes from: record, labels, stamp, verify."""
