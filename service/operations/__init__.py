"""For those who run the service: health, metrics, and which engines are at work."""
