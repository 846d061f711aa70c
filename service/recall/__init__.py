"""What a candidate has said so far, shown to them before they submit, with words of their own."""
