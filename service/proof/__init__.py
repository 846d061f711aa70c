"""Evidence that others can check: a bundle of one interview's words, numbers and record.

`verify_bundle` needs nothing but Python; it imports nothing of ours and is packed into each bundle.
"""
