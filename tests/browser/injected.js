// Failures that a test wishes for: window.wish is read at each call, so that one page has them all.
(() => {
  window.wish = {};
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  const enumerate = devices.enumerateDevices.bind(devices);

  function picture(kind) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const pen = canvas.getContext("2d");
    const draw = () => {
      pen.fillStyle = kind === "black" ? "#010101" : "#4a7a5c";
      pen.fillRect(0, 0, 320, 240);
    };
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10).getVideoTracks();
  }

  function silence() {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    const gain = context.createGain();
    gain.gain.value = 0;
    const source = context.createOscillator();
    source.connect(gain).connect(out);
    source.start();
    return out.stream.getAudioTracks();
  }

  devices.getUserMedia = async (asked) => {
    const { error, message, still } = window.wish;
    if (error) throw new DOMException(message ?? "", error);
    if (still) return new MediaStream([...picture(still), ...silence()]);
    return await getUserMedia(asked);
  };
  devices.enumerateDevices = async () => {
    const found = await enumerate();
    return found.filter(({ kind }) => kind !== window.wish.without);
  };

  const Peer = window.RTCPeerConnection;
  const getStats = Peer.prototype.getStats;
  const setRemoteDescription = Peer.prototype.setRemoteDescription;
  Peer.prototype.setRemoteDescription = async function (...given) {
    if (window.wish.ice !== "fails") return await setRemoteDescription.apply(this, given);
    Object.defineProperty(this, "connectionState", { get: () => "failed" });
    this.dispatchEvent(new Event("connectionstatechange"));
  };
  Peer.prototype.getStats = async function () {
    const stats = await getStats.apply(this);
    const { slow } = window.wish;
    if (!slow) return stats;
    const out = new Map();
    stats.forEach((stat, id) => {
      const isSent = stat.type === "outbound-rtp";
      out.set(id, isSent ? { ...stat, bytesSent: 0, qualityLimitationReason: "bandwidth" } : stat);
    });
    return out;
  };
  function Wished(config) {
    if (window.wish.ice === "absent") throw new TypeError("RTCPeerConnection is not a constructor");
    const policy = window.wish.ice === "mute" ? { iceTransportPolicy: "relay" } : {};
    return new Peer({ ...config, ...policy });
  }
  Wished.prototype = Peer.prototype;
  window.RTCPeerConnection = Wished;
})();
