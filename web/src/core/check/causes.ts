/** What can be wrong before an interview, as keys of texts that say what to do. */
export const DEVICE_CAUSES = [
  "denied",
  "denied_system",
  "dismissed",
  "policy",
  "not_found",
  "no_camera",
  "no_microphone",
  "in_use",
  "constraints",
  "aborted",
  "insecure",
  "in_app",
  "unsupported",
  "unanswered",
  "unknown",
] as const;
export type DeviceProblem = (typeof DEVICE_CAUSES)[number];

export type SoundCause = "silent_mic" | "quiet_mic" | "muted_mic";
export type PictureCause = "black_camera" | "frozen_camera" | "muted_camera";
export type NetworkCause =
  | "offline"
  | "no_webrtc"
  | "no_candidates"
  | "udp_blocked"
  | "turn_unreachable"
  | "check_full"
  | "refused"
  | "slow"
  | "far"
  | "lossy";
export type Cause = DeviceProblem | SoundCause | PictureCause | NetworkCause | "no_speaker";

/** What is known of the page and its devices when `getUserMedia` has failed. */
export interface Circumstances {
  /** Whether the page may use devices at all: https or localhost. */
  readonly isSecure: boolean;
  readonly hasDevices: boolean;
  /** Whether this is the built-in browser of another app. */
  readonly isInApp: boolean;
  /** False where a frame around the page forbids them. */
  readonly isAllowed: boolean;
  readonly wantsCamera: boolean;
  /** How many the browser lists; null where it does not tell. */
  readonly cameras: number | null;
  readonly microphones: number | null;
}

const BY_NAME: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  NotFoundError: "not_found",
  DevicesNotFoundError: "not_found",
  NotReadableError: "in_use",
  TrackStartError: "in_use",
  OverconstrainedError: "constraints",
  ConstraintNotSatisfiedError: "constraints",
  AbortError: "aborted",
  SecurityError: "insecure",
  TimeoutError: "unanswered",
  TypeError: "unsupported",
};

/** Before anything was asked: why asking cannot help here. Null when it may. */
export function hindrance(now: Circumstances): DeviceProblem | null {
  if (now.hasDevices) return null;
  if (!now.isSecure) return "insecure";
  return now.isInApp ? "in_app" : "unsupported";
}

/** The cause behind an error of `getUserMedia` (W3C Media Capture, 10.3.1), told apart further. */
export function deviceCause(error: unknown, now: Circumstances): DeviceProblem {
  const { name, message } = described(error);
  const cause = BY_NAME[name] ?? "unknown";
  if (cause === "denied") return denial(message, now);
  if (cause === "not_found") return missing(now);
  if (cause === "insecure" && now.isSecure) return "policy";
  return cause;
}

function denial(message: string, now: Circumstances): DeviceProblem {
  // Chromium's words: "Permission denied by system", "Permission dismissed".
  if (/by system/i.test(message)) return "denied_system";
  if (!now.isAllowed) return "policy";
  if (now.isInApp) return "in_app";
  return /dismissed/i.test(message) ? "dismissed" : "denied";
}

function missing({ wantsCamera, cameras, microphones }: Circumstances): DeviceProblem {
  if (microphones === 0) return "no_microphone";
  if (wantsCamera && cameras === 0) return "no_camera";
  return "not_found";
}

function described(error: unknown): { name: string; message: string } {
  if (typeof error !== "object" || error === null) return { name: "", message: "" };
  const name = "name" in error && typeof error.name === "string" ? error.name : "";
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  return { name, message };
}
