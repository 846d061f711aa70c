"""From a job description to the draft of a plan."""
