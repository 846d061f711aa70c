"""Speech and face models behind one port; knows nothing of HTTP, SQL or WebRTC."""
