/** What the connection is like, from `RTCPeerConnection.getStats()`. */
import type { NetworkCause } from "./causes";

export interface Reading {
  /** Milliseconds since some beginning. */
  readonly at: number;
  /** host, srflx, prflx or relay (RFC 8445); "" until a pair is chosen. */
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
  /** Between us and a relay: udp, tcp or tls; "" without one. */
  readonly relayProtocol: string;
  /** Seconds; null until measured. */
  readonly roundTrip: number | null;
  readonly bytesSent: number;
  /** 0..1 of what was sent lately; null until the server has reported. */
  readonly loss: number | null;
  /** The browser itself says that it sends smaller pictures for want of bandwidth. */
  readonly isLimited: boolean;
}

type Stat = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** Firefox marks the pair in use by `selected`; others name it in the transport. */
function chosenPair(stats: readonly Stat[]): Stat | undefined {
  const id = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pairs = stats.filter(({ type }) => type === "candidate-pair");
  return (
    pairs.find((pair) => pair.id === id) ??
    pairs.find(({ selected }) => selected === true) ??
    pairs.find(({ nominated, state }) => nominated === true && state === "succeeded")
  );
}

export function readStats(stats: readonly Stat[], at: number): Reading {
  const pair = chosenPair(stats);
  const byId = (id: unknown) => stats.find((stat) => id !== undefined && stat.id === id);
  const local = byId(pair?.localCandidateId);
  const remote = byId(pair?.remoteCandidateId);
  const reports = stats.filter(({ type }) => type === "remote-inbound-rtp");
  const losses = reports.map((one) => number(one.fractionLost)).filter((one) => one !== null);
  const trips = reports.map((one) => number(one.roundTripTime)).filter((one) => one !== null);
  const sent = stats
    .filter(({ type }) => type === "outbound-rtp")
    .map(({ bytesSent }) => number(bytesSent) ?? 0);
  return {
    at,
    local: text(local?.candidateType),
    remote: text(remote?.candidateType),
    protocol: text(local?.protocol).toLowerCase(),
    relayProtocol: text(local?.relayProtocol).toLowerCase(),
    roundTrip: number(pair?.currentRoundTripTime) ?? trips[0] ?? null,
    bytesSent: sent.reduce((sum, one) => sum + one, 0),
    loss: losses.length > 0 ? Math.max(...losses) : null,
    isLimited: stats.some((one) => one.qualityLimitationReason === "bandwidth"),
  };
}

/** Bits per second that were sent from one reading to the next. */
export function bitrate(before: Reading, after: Reading): number {
  const seconds = (after.at - before.at) / 1000;
  return seconds <= 0 ? 0 : Math.max(0, ((after.bytesSent - before.bytesSent) * 8) / seconds);
}

export interface Measured {
  /** bit/s, the best of a second; 0: nothing yet. */
  readonly best: number;
  readonly roundTrip: number | null;
  readonly loss: number | null;
  readonly isLimited: boolean;
}

/** Below it pictures stutter. A quiet picture needs less: it counts only where bandwidth is short. */
export const LEAST_PICTURE = 250_000;
const FAR_SECONDS = 0.4;
const LOSSY = 0.08;

/** What of the measured asks for patience; null: enough for sound, and for pictures if any. */
export function weakness(measured: Measured, hasVideo: boolean): NetworkCause | null {
  const { best, roundTrip, loss, isLimited } = measured;
  if (hasVideo && isLimited && best < LEAST_PICTURE) return "slow";
  if (loss !== null && loss > LOSSY) return "lossy";
  return roundTrip !== null && roundTrip > FAR_SECONDS ? "far" : null;
}

/** What is known when no connection came about. */
export interface Attempt {
  readonly hasWebRtc: boolean;
  /** Problem code of the server's refusal; "network" when it was out of reach; null: it answered. */
  readonly refusal: string | null;
  /** Of our own, by type. */
  readonly candidates: Readonly<Record<string, number>>;
  readonly hasTurn: boolean;
}

export function connectionCause(attempt: Attempt): NetworkCause {
  if (!attempt.hasWebRtc) return "no_webrtc";
  if (attempt.refusal === "network") return "offline";
  if (attempt.refusal === "check_full" || attempt.refusal === "at_capacity") return "check_full";
  const count = Object.values(attempt.candidates).reduce((sum, one) => sum + one, 0);
  // The server refuses an offer in which the browser put nothing.
  if (count === 0) return "no_candidates";
  if (attempt.refusal !== null) return "refused";
  return attempt.hasTurn && !attempt.candidates.relay ? "turn_unreachable" : "udp_blocked";
}
