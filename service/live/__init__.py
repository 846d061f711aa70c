"""The live room: WebRTC in, a recording, captions and face samples out."""
