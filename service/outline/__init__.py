"""From a job description to questions: requirements, outline, question gate (pure)."""
