import { useCallback, useEffect, useRef, useState } from "react";
import { readBrowser } from "../core/check/browser";
import {
  type Circumstances,
  type DeviceProblem,
  deviceCause,
  hindrance,
} from "../core/check/causes";
import { constraints, type DeviceChoice } from "../core/devices";

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

/** Chromium's name for it; elsewhere a frame's ban looks like a refusal. */
interface Policy {
  readonly featurePolicy?: { readonly allowsFeature: (name: string) => boolean };
}

function isAllowedHere(): boolean {
  const policy = (document as Policy).featurePolicy;
  return policy ? ["camera", "microphone"].every((name) => policy.allowsFeature(name)) : true;
}

async function listed(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
}

async function circumstances(wantsCamera: boolean): Promise<Circumstances> {
  const all = await listed();
  const count = (kind: MediaDeviceKind) =>
    all.length === 0 ? null : all.filter((device) => device.kind === kind).length;
  return {
    isSecure: window.isSecureContext,
    hasDevices: Boolean(navigator.mediaDevices?.getUserMedia),
    isInApp: readBrowser(navigator).app !== null,
    isAllowed: isAllowedHere(),
    wantsCamera,
    cameras: count("videoinput"),
    microphones: count("audioinput"),
  };
}

async function take(wanted: DeviceChoice): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints(wanted));
  } catch (error) {
    // A device that was chosen and is gone: any other will do.
    const isChosen = wanted.camera !== undefined || wanted.microphone !== undefined;
    if (!isChosen || !(error instanceof Error) || error.name !== "OverconstrainedError")
      throw error;
    return await navigator.mediaDevices.getUserMedia(constraints({ video: wanted.video }));
  }
}

export function useDevices(): Devices {
  const [status, setStatus] = useState<Devices["status"]>("idle");
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [problem, setProblem] = useState<DeviceProblem | null>(null);
  const [choice, setChoice] = useState<DeviceChoice>({ video: true });
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [isLost, setLost] = useState(false);
  const current = useRef<MediaStream | null>(null);

  const list = useCallback(async () => setDevices(await listed()), []);

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
      current.current = null;
      setStream(null);
      const hindered = hindrance(await circumstances(wanted.video));
      if (hindered) return fail(hindered);
      try {
        const next = await take(wanted);
        current.current = next;
        for (const track of next.getTracks()) track.onended = () => setLost(true);
        setStream(next);
        setLost(false);
        setProblem(null);
        setStatus("ready");
        await list();
        return next;
      } catch (error) {
        return fail(deviceCause(error, await circumstances(wanted.video)));
      }
    },
    [fail, list],
  );

  useEffect(() => {
    const { mediaDevices } = navigator;
    const changed = () => void list();
    mediaDevices?.addEventListener?.("devicechange", changed);
    return () => mediaDevices?.removeEventListener?.("devicechange", changed);
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
