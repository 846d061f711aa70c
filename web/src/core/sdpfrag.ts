/** RFC 8840 fragments: what a trickle PATCH carries. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
}

/** null when the offer carries no ICE credentials. */
export function fragment(
  offer: string,
  candidates: readonly Candidate[],
  complete: boolean,
): string | null {
  const ufrag = line(offer, "a=ice-ufrag:");
  const pwd = line(offer, "a=ice-pwd:");
  if (!ufrag || !pwd) return null;
  const lines = [ufrag, pwd];
  for (const [mid, media] of sections(offer)) {
    const own = candidates.filter((c) => (c.sdpMid ?? "0") === mid && c.candidate !== "");
    if (own.length === 0 && !complete) continue;
    lines.push(media, `a=mid:${mid}`);
    for (const { candidate } of own) lines.push(`a=${candidate.replace(/^a=/, "")}`);
    if (complete) lines.push("a=end-of-candidates");
  }
  return `${lines.join("\r\n")}\r\n`;
}

function line(sdp: string, start: string): string | undefined {
  return sdp.split(/\r?\n/).find((text) => text.startsWith(start));
}

/** Pairs of mid and m-line, in the offer's order. */
function sections(sdp: string): [string, string][] {
  const found: [string, string][] = [];
  for (const part of sdp.split(/\r?\n(?=m=)/).slice(1)) {
    const mid = line(part, "a=mid:");
    const media = line(part, "m=");
    if (mid && media) found.push([mid.slice("a=mid:".length), media]);
  }
  return found;
}
