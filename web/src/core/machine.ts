/** The steps of one sitting, as the candidate's page sees them. Pure: no clock, no network. */
export type Phase =
  | { readonly name: "loading" }
  | { readonly name: "consent" }
  | { readonly name: "devices" }
  | { readonly name: "connecting" }
  | { readonly name: "waiting"; readonly place: number | null }
  | { readonly name: "live" }
  | { readonly name: "reconnecting"; readonly attempt: number }
  | { readonly name: "finishing" }
  | { readonly name: "done" }
  | { readonly name: "refused" }
  | { readonly name: "failed"; readonly code: string };

export type Input =
  | { readonly type: "loaded"; readonly state: string; readonly recording: boolean | null }
  | { readonly type: "consented"; readonly recording: boolean }
  | { readonly type: "reconsider" }
  | { readonly type: "devices_ready" }
  | { readonly type: "connected" }
  | { readonly type: "lost"; readonly attempt: number }
  | { readonly type: "waiting"; readonly place: number | null }
  | { readonly type: "finish" }
  | { readonly type: "finish_failed"; readonly connected: boolean }
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly code: string };

const OVER = new Set(["draining", "closed"]);
/** Codes after which there is nothing to lose: what was said is already at the server. */
const ENDED = new Set(["session_over", "invitation_used"]);
const ASK_AGAIN = new Set(["consent_missing", "consent_outdated"]);

export const START: Phase = { name: "loading" };

function afterLoading(input: Extract<Input, { type: "loaded" }>): Phase {
  if (OVER.has(input.state)) return { name: "done" };
  if (input.state === "failed") return { name: "failed", code: "session_over" };
  if (input.recording === null) return { name: "consent" };
  return input.recording ? { name: "devices" } : { name: "refused" };
}

function afterFailure(phase: Phase, code: string): Phase {
  if (ASK_AGAIN.has(code)) return { name: "consent" };
  if (code === "recording_refused") return { name: "refused" };
  // On the very first page this is a used link, not the end of a sitting.
  if (ENDED.has(code) && phase.name !== "loading") return { name: "done" };
  return { name: "failed", code };
}

function isInInterview(phase: Phase): boolean {
  return ["connecting", "live", "reconnecting"].includes(phase.name);
}

/** Inputs that make no sense in a phase leave it as it is: late network answers do come. */
export function step(phase: Phase, input: Input): Phase {
  switch (input.type) {
    case "loaded":
      return phase.name === "loading" || phase.name === "failed" ? afterLoading(input) : phase;
    case "consented":
      if (phase.name !== "consent") return phase;
      return input.recording ? { name: "devices" } : { name: "refused" };
    case "reconsider":
      return phase.name === "refused" ? { name: "consent" } : phase;
    case "devices_ready":
      return phase.name === "devices" ? { name: "connecting" } : phase;
    case "waiting":
      if (!isInInterview(phase) && phase.name !== "waiting") return phase;
      return { name: "waiting", place: input.place };
    case "connected":
      return isInInterview(phase) || phase.name === "waiting" ? { name: "live" } : phase;
    case "lost": // while waiting: the place stands until the server says otherwise
      return isInInterview(phase) ? { name: "reconnecting", attempt: input.attempt } : phase;
    case "finish":
      return isInInterview(phase) ? { name: "finishing" } : phase;
    case "finish_failed":
      if (phase.name !== "finishing") return phase;
      return input.connected ? { name: "live" } : { name: "reconnecting", attempt: 0 };
    case "finished":
      return phase.name === "failed" ? phase : { name: "done" };
    case "failed":
      return phase.name === "done" || phase.name === "finishing"
        ? phase
        : afterFailure(phase, input.code);
  }
}
