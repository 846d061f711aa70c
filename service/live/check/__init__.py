"""The device check and the practice question: the real way of sound and pictures, nothing kept."""
