"""What candidates may ask for afterwards: receipt, status, contest, copy, erasure."""
