"""Who is calling: candidates by invitation token, people of the organisation by login."""
