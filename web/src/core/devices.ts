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
