"""Plans with their rubrics, invitations, and the consent of candidates."""
