// The candidate's page as far as media goes: the same constraints, limits and codecs.
const legs = {};
let stream;

async function openDevices(constraints) {
  stream = await navigator.mediaDevices.getUserMedia(constraints);
}

async function offer(key) {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  legs[key] = peer;
  peer.createDataChannel("events", { ordered: true });
  for (const track of stream.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    if (track.kind !== "video") continue;
    const known = RTCRtpSender.getCapabilities("video").codecs;
    transceiver.setCodecPreferences(known.filter(({ mimeType }) => /VP8|rtx/i.test(mimeType)));
  }
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === "complete" && done();
    peer.addEventListener("icegatheringstatechange", look);
    setTimeout(done, 500);
    look();
  });
  return peer.localDescription.sdp;
}

async function accept({ key, sdp, bits, rate }) {
  const peer = legs[key];
  await peer.setRemoteDescription({ type: "answer", sdp });
  const sender = peer.getSenders().find(({ track }) => track.kind === "video");
  const parameters = sender.getParameters();
  Object.assign(parameters.encodings[0], { maxBitrate: bits, maxFramerate: rate });
  await sender.setParameters(parameters);
}

async function sent(key) {
  const found = { state: legs[key].connectionState };
  for (const one of (await legs[key].getStats()).values()) {
    if (one.type !== "outbound-rtp") continue;
    found[one.kind] = {
      packets: one.packetsSent, repeats: one.retransmittedPacketsSent, nacks: one.nackCount,
      plis: one.pliCount, pictures: one.framesEncoded, keyframes: one.keyFramesEncoded,
      limited: one.qualityLimitationReason, width: one.frameWidth, bytes: one.bytesSent,
    };
  }
  return found;
}
