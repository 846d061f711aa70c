/** What went wrong with camera or microphone, as a key for a text that says what to do. */
export type DeviceProblem =
  | "denied"
  | "not_found"
  | "in_use"
  | "constraints"
  | "aborted"
  | "insecure"
  | "unknown";

const BY_NAME: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  NotFoundError: "not_found",
  DevicesNotFoundError: "not_found",
  NotReadableError: "in_use",
  TrackStartError: "in_use",
  OverconstrainedError: "constraints",
  AbortError: "aborted",
  SecurityError: "insecure",
};

export function deviceProblem(error: unknown): DeviceProblem {
  const name = error instanceof Error || isNamed(error) ? error.name : "";
  return BY_NAME[name] ?? "unknown";
}

function isNamed(value: unknown): value is { name: string } {
  return (
    typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
  );
}

export interface DeviceChoice {
  readonly camera?: string;
  readonly microphone?: string;
  readonly video: boolean;
}

/** 640x480 at 15 per second is what the server is built for; more would only cost bandwidth. */
export function constraints(choice: DeviceChoice): MediaStreamConstraints {
  return {
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(choice.microphone ? { deviceId: { exact: choice.microphone } } : {}),
    },
    video: choice.video
      ? {
          width: { ideal: 640 },
          height: { ideal: 480 },
          frameRate: { ideal: 15, max: 30 },
          ...(choice.camera ? { deviceId: { exact: choice.camera } } : { facingMode: "user" }),
        }
      : false,
  };
}
