import { useCallback, useEffect, useRef, useState } from "react";
import { constraints, type DeviceChoice, type DeviceProblem, deviceProblem } from "../core/devices";

export interface Devices {
  readonly status: "idle" | "asking" | "ready" | "problem";
  readonly stream: MediaStream | null;
  readonly problem: DeviceProblem | null;
  readonly choice: DeviceChoice;
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
  /** True when a track of the stream ended by itself: something was unplugged. */
  readonly isLost: boolean;
  readonly ask: (choice: DeviceChoice) => Promise<MediaStream | null>;
  readonly stop: () => void;
}

function halt(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

export function useDevices(): Devices {
  const [status, setStatus] = useState<Devices["status"]>("idle");
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [problem, setProblem] = useState<DeviceProblem | null>(null);
  const [choice, setChoice] = useState<DeviceChoice>({ video: true });
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [isLost, setLost] = useState(false);
  const current = useRef<MediaStream | null>(null);

  const list = useCallback(async () => {
    setDevices((await navigator.mediaDevices?.enumerateDevices()) ?? []);
  }, []);

  const fail = useCallback((kind: DeviceProblem) => {
    setProblem(kind);
    setStatus("problem");
    return null;
  }, []);

  const ask = useCallback(
    async (wanted: DeviceChoice) => {
      setChoice(wanted);
      setStatus("asking");
      // Some systems give a device to one taker only, so the old stream goes first.
      halt(current.current);
      if (!navigator.mediaDevices) return fail("insecure");
      try {
        const next = await navigator.mediaDevices.getUserMedia(constraints(wanted));
        current.current = next;
        for (const track of next.getTracks()) track.onended = () => setLost(true);
        setStream(next);
        setLost(false);
        setProblem(null);
        setStatus("ready");
        await list();
        return next;
      } catch (error) {
        return fail(deviceProblem(error));
      }
    },
    [fail, list],
  );

  useEffect(() => {
    const { mediaDevices } = navigator;
    const changed = () => void list();
    mediaDevices?.addEventListener("devicechange", changed);
    return () => mediaDevices?.removeEventListener("devicechange", changed);
  }, [list]);

  const kind = (name: MediaDeviceKind) => devices.filter((device) => device.kind === name);
  return {
    status,
    stream,
    problem,
    choice,
    cameras: kind("videoinput"),
    microphones: kind("audioinput"),
    isLost,
    ask,
    // A stopped stream must not be offered again after "try again": it would record nothing.
    stop: useCallback(() => {
      halt(current.current);
      current.current = null;
      setStream(null);
      setStatus("idle");
    }, []),
  };
}
