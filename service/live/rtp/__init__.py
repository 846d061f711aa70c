"""Our own way from an RTP datagram to an encoded frame; sockets and aiortc in `hook` only.

`parse` reads a packet, `reorder` puts a stream back in order and says what to ask for again,
`depacketise` puts pictures together, `track` gives frames their time, `path` joins the tracks of
one connection, and `hook` hangs it all into aiortc.
"""
